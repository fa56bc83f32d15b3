/*
 * The load client: thousands of readers, and somebody who posts, in one process that only waits for sockets.
 *
 * It is told what to do in lines on its standard input and answers each with a line of JSON; bench/load.py is the
 * other end. What it publishes carries stamps, "~q<number>t<nanoseconds>~" with 10 and 20 digits: the change's number
 * and when it was sent. Every reader must see every number once and in order; anything else is counted as wrong.
 * The numbers in one message may be in any order, since a page applies a message as one.
 *
 * A message that is byte for byte like one that was read before need not be read again. That is what keeps this
 * cheaper than any server it measures.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum { STAMP = 34, KNOWN = 64, PUBLISHERS = 64, TARGETS = 8, INBOX = 1 << 20, IN_A_MESSAGE = 4096, PLACES = 8 };
enum state { FREE, CONNECTING, SHAKING, CATCHING_UP, LIVE, LOST };

struct target { int port; char *handshake, *resume; size_t handshake_length, resume_length; };
struct reader {
  int fd, target; enum state state; uint32_t last; int heard;
  uint8_t *rest; size_t rest_length, rest_room; int64_t began;
};
struct publisher {
  int fd, http; char *text; size_t length, places[PLACES]; int place_count;
  char *rest; size_t rest_length; uint64_t sent, answered, failed;
};
struct message {              /* one that was read before */
  uint8_t *raw; size_t length; int deflated, count; uint32_t first, last; uint64_t *sent_at;
};

static struct target targets[TARGETS];
static int target_count;
static struct reader *readers;
static int reader_count, live_count;
static struct publisher publishers[PUBLISHERS];
static int publisher_count;
static struct message known[KNOWN];
static int next_known;
static uint8_t inbox[INBOX], inflated[INBOX * 4];
static int poll_fd;
static uint32_t published, *got, got_room;
static uint64_t deliveries, frames, wrong, wire_bytes, lost;
static uint32_t *waits; static size_t wait_count, wait_room;
static int64_t last_delivery;

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}
static double own_cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}
static void *need(void *memory) { if (!memory) { perror("memory"); exit(1); } return memory; }
static char *contents(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file) { perror(path); exit(1); }
  char *text = need(malloc(1 << 16));
  *length = fread(text, 1, (1 << 16) - 1, file);
  text[*length] = 0;
  fclose(file);
  return text;
}
static int connect_to(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (fd < 0) { perror("socket"); exit(1); }
  if (connect(fd, (struct sockaddr *)&where, sizeof where) < 0 && errno != EINPROGRESS) { close(fd); return -1; }
  return fd;
}
static void watch(int operation, int fd, uint32_t events, uint64_t who) {
  struct epoll_event event = {.events = events, .data.u64 = who};
  epoll_ctl(poll_fd, operation, fd, &event);
}
static int retransmissions(int fd) {
  struct tcp_info info; socklen_t length = sizeof info;
  return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) ? 0 : (int)info.tcpi_total_retrans;
}

/* What a message says */

static uint64_t digits(const uint8_t *text, int count) {
  uint64_t value = 0;
  while (count--) value = value * 10 + (uint64_t)(*text++ - '0');
  return value;
}
static size_t inflate_message(const uint8_t *raw, size_t length) {
  static const uint8_t tail[] = {0, 0, 0xff, 0xff};
  z_stream stream = {0};
  if (inflateInit2(&stream, -15) != Z_OK) return 0;
  stream.next_out = inflated; stream.avail_out = sizeof inflated;
  stream.next_in = (uint8_t *)raw; stream.avail_in = (uInt)length;
  int result = inflate(&stream, Z_SYNC_FLUSH);
  if (result == Z_OK || result == Z_BUF_ERROR) {
    stream.next_in = (uint8_t *)tail; stream.avail_in = sizeof tail;
    inflate(&stream, Z_SYNC_FLUSH);
  }
  size_t made = stream.total_out;
  inflateEnd(&stream);
  return made;
}
static struct message *read_message(const uint8_t *raw, size_t length, int deflated) {
  for (int back = 1; back <= KNOWN; back++) {
    struct message *m = &known[(next_known - back + KNOWN) % KNOWN];
    if (m->length == length && m->deflated == deflated && m->raw && !memcmp(m->raw, raw, length)) return m;
  }
  struct message *m = &known[next_known];
  next_known = (next_known + 1) % KNOWN;
  m->raw = need(realloc(m->raw, length + 1));
  memcpy(m->raw, raw, length);
  m->length = length; m->deflated = deflated; m->count = 0; m->first = UINT32_MAX; m->last = 0;
  if (!m->sent_at) m->sent_at = need(malloc(IN_A_MESSAGE * sizeof *m->sent_at));
  const uint8_t *text = m->raw;
  if (deflated) { length = inflate_message(raw, length); text = inflated; }
  static struct { uint32_t number; uint64_t at; } stamps[IN_A_MESSAGE];
  int found = 0;
  for (const uint8_t *at = text; (at = memmem(at, length - (size_t)(at - text), "~q", 2)); at += 2) {
    if ((size_t)(at - text) + STAMP > length || at[12] != 't' || at[33] != '~' || found == IN_A_MESSAGE) continue;
    stamps[found].number = (uint32_t)digits(at + 2, 10);
    stamps[found].at = digits(at + 13, 20);
    if (stamps[found].number < m->first) m->first = stamps[found].number;
    if (stamps[found].number > m->last) m->last = stamps[found].number;
    found++;
  }
  if (found && m->last - m->first < IN_A_MESSAGE) {
    memset(m->sent_at, 0, (m->last - m->first + 1) * sizeof *m->sent_at);
    for (int i = 0; i < found; i++) {
      uint64_t *place = &m->sent_at[stamps[i].number - m->first];
      if (!*place) { m->count++; *place = stamps[i].at; }
    }
  }
  return m;
}
static void heard(struct reader *reader, const uint8_t *raw, size_t length, int deflated, size_t on_wire, int64_t at) {
  struct message *m = read_message(raw, length, deflated);
  reader->heard = 1;
  if (!m->count) return;
  if (m->first != reader->last + 1 || m->last - m->first + 1 != (uint32_t)m->count || m->last > published) {
    wrong++;
    if (m->last > reader->last && m->last <= published) reader->last = m->last;
    return;
  }
  reader->last = m->last;
  deliveries += (uint64_t)m->count; frames++; wire_bytes += on_wire; last_delivery = at;
  if (wait_count + (size_t)m->count > wait_room) {
    wait_room = wait_room * 2 + 65536;
    waits = need(realloc(waits, wait_room * sizeof *waits));
  }
  for (int i = 0; i < m->count; i++) {
    got[m->first + (uint32_t)i]++;
    waits[wait_count++] = (uint32_t)((at - (int64_t)m->sent_at[i]) / 1000);
  }
}

/* Whoever does not answer a ping is taken for dead and put out. */
static void answer_ping(int fd, const uint8_t *payload, size_t size) {
  uint8_t pong[6 + 125] = {0x8a, (uint8_t)(0x80 | size)};
  if (size > 125) return;
  memcpy(pong + 6, payload, size);  /* masked with zeros */
  send(fd, pong, 6 + size, MSG_NOSIGNAL);
}

/* Readers */

static void lose(struct reader *reader) {
  if (reader->state == LOST || reader->state == FREE) return;
  if (reader->state == LIVE) live_count--;
  reader->state = LOST;
  reader->began = now();
  lost++;
  close(reader->fd);
}
static void check_live(struct reader *reader) {
  int told = reader->heard || !targets[reader->target].resume_length;
  if (reader->state == CATCHING_UP && told && reader->last == published) { reader->state = LIVE; live_count++; }
}
static size_t read_frames(struct reader *reader, const uint8_t *data, size_t length, int64_t at) {
  size_t done = 0;
  while (length - done >= 2) {
    const uint8_t *head = data + done;
    size_t size = head[1] & 0x7f, header = 2;
    if (size == 126) { if (length - done < 4) break; size = (size_t)head[2] << 8 | head[3]; header = 4; }
    else if (size == 127) {
      if (length - done < 10) break;
      size = 0;
      for (int i = 2; i < 10; i++) size = size << 8 | head[i];
      header = 10;
    }
    if (length - done < header + size) break;
    switch (head[0]) {
      case 0x81: case 0xc1: heard(reader, head + header, size, head[0] == 0xc1, header + size, at); break;
      case 0x88: lose(reader); return length;
      case 0x89: answer_ping(reader->fd, head + header, size); break;
      case 0x8a: break;
      default: wrong++;
    }
    done += header + size;
  }
  return done;
}
static void read_from(struct reader *reader) {
  size_t before = reader->rest_length;
  if (before) memcpy(inbox, reader->rest, before);
  ssize_t count = recv(reader->fd, inbox + before, INBOX - before, 0);
  if (count <= 0) {
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) lose(reader);
    return;
  }
  int64_t at = now();
  size_t length = before + (size_t)count, done = 0;
  if (reader->state == SHAKING) {
    uint8_t *end = memmem(inbox, length, "\r\n\r\n", 4);
    if (end) {
      if (length < 12 || memcmp(inbox + 9, "101", 3)) { lose(reader); return; }
      struct target *target = &targets[reader->target];
      if (target->resume_length) send(reader->fd, target->resume, target->resume_length, MSG_NOSIGNAL);
      reader->state = CATCHING_UP;
      done = (size_t)(end - inbox) + 4;
    }
  }
  if (reader->state >= CATCHING_UP) done += read_frames(reader, inbox + done, length - done, at);
  if (reader->state == LOST) return;
  check_live(reader);
  reader->rest_length = length - done;
  if (reader->rest_length) {
    if (reader->rest_length > reader->rest_room)
      reader->rest = need(realloc(reader->rest, reader->rest_room = reader->rest_length * 2));
    memcpy(reader->rest, inbox + done, reader->rest_length);
  }
}

/* Publishers */

static void publish(struct publisher *publisher) {
  char stamp[STAMP + 1];
  published++;
  if (published >= got_room) {
    uint32_t before = got_room;
    got_room = got_room * 2 + 4096;
    got = need(realloc(got, got_room * sizeof *got));
    memset(got + before, 0, (got_room - before) * sizeof *got);
  }
  snprintf(stamp, sizeof stamp, "~q%010ut%020lld~", published, (long long)now());
  for (int i = 0; i < publisher->place_count; i++) memcpy(publisher->text + publisher->places[i], stamp, STAMP);
  for (size_t sent = 0; sent < publisher->length;) {
    ssize_t count = send(publisher->fd, publisher->text + sent, publisher->length - sent, MSG_NOSIGNAL);
    if (count > 0) sent += (size_t)count;
    else if (errno == EAGAIN) usleep(200);
    else { publisher->failed++; return; }
  }
  publisher->sent++;
}
static void read_answers(struct publisher *publisher) {
  ssize_t count = recv(publisher->fd, inbox, INBOX / 2, 0);
  if (count <= 0) {
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      epoll_ctl(poll_fd, EPOLL_CTL_DEL, publisher->fd, 0);
      publisher->failed++;
    }
    return;
  }
  if (!publisher->http) {
    if (count >= 2 && inbox[0] == 0x89) answer_ping(publisher->fd, inbox + 2, inbox[1] & 0x7f);
    return;
  }
  publisher->rest = need(realloc(publisher->rest, publisher->rest_length + (size_t)count + 1));
  memcpy(publisher->rest + publisher->rest_length, inbox, (size_t)count);
  publisher->rest_length += (size_t)count;
  publisher->rest[publisher->rest_length] = 0;
  for (;;) {
    char *end = strstr(publisher->rest, "\r\n\r\n");
    if (!end) return;
    char *length = strcasestr(publisher->rest, "\r\ncontent-length:");
    size_t all = (size_t)(end - publisher->rest) + 4;
    if (length && length < end) all += strtoul(length + 17, 0, 10);
    if (publisher->rest_length < all) return;
    publisher->answered++;
    if (publisher->rest[9] != '2' && publisher->rest[9] != '3') {
      if (!publisher->failed++) fprintf(stderr, "A post was answered with %.300s\n", publisher->rest);
    }
    memmove(publisher->rest, publisher->rest + all, publisher->rest_length - all + 1);
    publisher->rest_length -= all;
  }
}

/* Waiting for all of them */

static void serve(int milliseconds) {
  static struct epoll_event events[512];
  int count = epoll_wait(poll_fd, events, 512, milliseconds);
  for (int i = 0; i < count; i++) {
    uint64_t who = events[i].data.u64;
    if (who >= (uint64_t)1 << 32) { read_answers(&publishers[who & 0xff]); continue; }
    struct reader *reader = &readers[who];
    if (reader->state == CONNECTING) {
      int problem = 0; socklen_t length = sizeof problem;
      getsockopt(reader->fd, SOL_SOCKET, SO_ERROR, &problem, &length);
      if (problem) { lose(reader); continue; }
      struct target *target = &targets[reader->target];
      reader->state = SHAKING;
      watch(EPOLL_CTL_MOD, reader->fd, EPOLLIN, who);
      send(reader->fd, target->handshake, target->handshake_length, MSG_NOSIGNAL);
    } else if (reader->state != LOST && reader->state != FREE) read_from(reader);
  }
}
static int smaller(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}
static double share(double part) {
  return wait_count ? waits[(size_t)(part * (double)(wait_count - 1))] / 1000.0 : 0;
}

static int begin(int i, uint32_t behind) {
  struct reader *reader = &readers[i];
  reader->target = i % target_count;
  reader->last = published - behind;
  reader->heard = 0;
  reader->rest_length = 0;
  reader->began = now();
  reader->fd = connect_to(targets[reader->target].port);
  reader->state = reader->fd < 0 ? LOST : CONNECTING;
  if (reader->fd >= 0) watch(EPOLL_CTL_ADD, reader->fd, EPOLLOUT, (uint64_t)i);
  return reader->fd < 0;
}
static void open_readers(int count, int at_once, uint32_t behind, int timeout) {
  int64_t began = now(), end = began + timeout * 1000000LL;
  double cpu = own_cpu();
  int opened = 0, refused = 0;
  deliveries = wrong = lost = 0; wait_count = 0;
  for (int i = 0; i < reader_count; i++) free(readers[i].rest);
  readers = need(realloc(readers, sizeof *readers * (size_t)(count + 1)));
  memset(readers, 0, sizeof *readers * (size_t)(count + 1));
  reader_count = count; live_count = 0;
  while (now() < end && live_count < count) {
    while (opened < count && opened - live_count < at_once) refused += begin(opened++, behind);
    serve(20);
    if (lost || refused)  /* who was put off comes again after a second, as a browser does */
      for (int i = 0; i < opened; i++)
        if (readers[i].state == LOST && now() - readers[i].began > 1000000000LL) refused += begin(i, behind);
  }
  double seconds = (double)(now() - began) / 1e9;
  cpu = own_cpu() - cpu;
  int retried = 0;
  for (int i = 0; i < reader_count; i++)
    if (readers[i].state != LOST && readers[i].state != FREE) retried += retransmissions(readers[i].fd);
  printf("{\"live\": %d, \"refused\": %d, \"lost\": %llu, \"retried\": %d, \"seconds\": %.6f, \"client\": %.6f, "
         "\"wrong\": %llu, \"deliveries\": %llu}\n",
         live_count, refused, (unsigned long long)lost, retried, seconds, cpu / seconds, (unsigned long long)wrong,
         (unsigned long long)deliveries);
}

static void run(int batch, uint32_t window, uint32_t most, int milliseconds, double rate, int drain) {
  struct publisher *publisher = &publishers[0];
  uint32_t before = published, complete = published;
  uint64_t failed = publisher->failed;
  int64_t began = now(), end = began + milliseconds * 1000000LL, last = end + drain * 1000000LL;
  double cpu = own_cpu();
  deliveries = frames = wrong = wire_bytes = lost = 0; wait_count = 0; last_delivery = began;
  int expected = live_count;
  if (got) memset(got, 0, got_room * sizeof *got);
  for (;;) {
    int64_t at = now();
    while (complete < published && got[complete + 1] >= (uint32_t)expected) complete++;
    uint32_t answered = publisher->http ? (uint32_t)(publisher->sent - publisher->answered) : 0;
    uint32_t open = published - complete > answered ? published - complete : answered;
    int more = published - before < most && at < end;
    if (!more && !open) break;
    if (at > last || publisher->failed > failed) break;
    int wait = 10;
    if (more && rate > 0) {
      int64_t due = began + (int64_t)((published - before) / rate * 1e9);
      if (at >= due) { publish(publisher); continue; }
      wait = (int)((due - at) / 1000000);
    } else if (more && open + (uint32_t)batch <= window) {
      for (int i = 0; i < batch; i++) publish(publisher);
      continue;
    }
    serve(wait > 10 ? 10 : wait);
  }
  int64_t finished = last_delivery > began ? last_delivery : now();
  double whole = (double)(now() - began) / 1e9;
  cpu = own_cpu() - cpu;
  uint64_t due = (uint64_t)(published - before) * (uint64_t)expected;
  double sum = 0;
  for (size_t i = 0; i < wait_count; i++) sum += waits[i];
  qsort(waits, wait_count, sizeof *waits, smaller);
  printf("{\"changes\": %u, \"deliveries\": %llu, \"missing\": %lld, \"wrong\": %llu, \"lost\": %llu, \"failed\": %llu, "
         "\"frames\": %llu, \"bytes\": %llu, \"seconds\": %.6f, \"p50\": %.3f, \"p99\": %.3f, \"max\": %.3f, "
         "\"mean\": %.3f, \"client\": %.4f}\n",
         published - before, (unsigned long long)deliveries, (long long)due - (long long)deliveries,
         (unsigned long long)wrong, (unsigned long long)lost, (unsigned long long)(publisher->failed - failed),
         (unsigned long long)frames, (unsigned long long)wire_bytes, (double)(finished - began) / 1e9, share(.5),
         share(.99), share(1), wait_count ? sum / (double)wait_count / 1000 : 0, cpu / whole);
}

/* Posts by all publishers at once, each as soon as its last one was answered. */
static void post(int milliseconds) {
  int64_t began = now(), end = began + milliseconds * 1000000LL, last = end + 20000000000LL;
  uint64_t sent = 0, answered = 0, failed = 0;
  double cpu = own_cpu();
  for (int i = 0; i < publisher_count; i++) answered -= publishers[i].answered, failed -= publishers[i].failed;
  for (int64_t at = began; at < last; at = now()) {
    int waiting = 0;
    for (int i = 0; i < publisher_count; i++) {
      struct publisher *publisher = &publishers[i];
      if (publisher->answered == publisher->sent && at < end && !publisher->failed) { publish(publisher); sent++; }
      waiting += publisher->answered != publisher->sent && !publisher->failed;
    }
    if (!waiting) break;
    serve(10);
  }
  double seconds = (double)(now() - began) / 1e9;
  for (int i = 0; i < publisher_count; i++) answered += publishers[i].answered, failed += publishers[i].failed;
  printf("{\"posts\": %llu, \"failed\": %llu, \"seconds\": %.6f, \"client\": %.4f}\n", (unsigned long long)answered,
         (unsigned long long)failed, seconds, (own_cpu() - cpu) / seconds);
}

static void add_publisher(int http, int port, const char *text, const char *handshake) {
  struct publisher *publisher = &publishers[publisher_count];
  memset(publisher, 0, sizeof *publisher);
  publisher->http = http;
  publisher->text = contents(text, &publisher->length);
  char *at = publisher->text;
  while (publisher->place_count < PLACES &&
         (at = memmem(at, publisher->length - (size_t)(at - publisher->text), "~q", 2))) {
    publisher->places[publisher->place_count++] = (size_t)(at - publisher->text);
    at += STAMP;
  }
  publisher->fd = connect_to(port);
  if (publisher->fd < 0) { printf("{\"problem\": \"the publisher was refused\"}\n"); return; }
  int64_t end = now() + 10000000000LL;
  if (!http) {
    size_t length;
    char *hello = contents(handshake, &length);
    while (send(publisher->fd, hello, length, MSG_NOSIGNAL) < 0 && now() < end) usleep(1000);
    size_t have = 0;
    while (now() < end) {
      ssize_t count = recv(publisher->fd, inbox + have, INBOX - have, 0);
      if (count > 0) have += (size_t)count;
      if (memmem(inbox, have, "\r\n\r\n", 4)) break;
      usleep(500);
    }
    free(hello);
    if (have < 12 || memcmp(inbox + 9, "101", 3)) {
      printf("{\"problem\": \"the publisher's handshake was refused\"}\n");
      return;
    }
  }
  watch(EPOLL_CTL_ADD, publisher->fd, EPOLLIN, (uint64_t)1 << 32 | (uint64_t)publisher_count);
  publisher_count++;
  printf("{}\n");
}

int main(void) {
  char line[4096], a[1024], b[1024];
  int p, q, r, s, t;
  double rate;
  setvbuf(stdout, 0, _IOLBF, 0);
  poll_fd = epoll_create1(0);
  got = need(calloc(got_room = 4096, sizeof *got));
  struct pollfd told = {.fd = 0, .events = POLLIN};
  for (;;) {
    while (poll(&told, 1, 0) == 0) serve(5);  /* readers read, and answer pings, between orders as well */
    if (!fgets(line, sizeof line, stdin)) break;
    if (!strncmp(line, "targets", 7)) { target_count = 0; printf("{}\n"); }
    else if (!strncmp(line, "publishers", 10)) {
      for (int i = 0; i < publisher_count; i++) { close(publishers[i].fd); free(publishers[i].text); free(publishers[i].rest); }
      publisher_count = 0;
      printf("{}\n");
    } else if (sscanf(line, "target %d %1023s %1023s", &p, a, b) == 3 && target_count < TARGETS) {
      struct target *target = &targets[target_count++];
      memset(target, 0, sizeof *target);
      target->port = p;
      target->handshake = contents(a, &target->handshake_length);
      if (strcmp(b, "-")) target->resume = contents(b, &target->resume_length);
      printf("{}\n");
    } else if (sscanf(line, "socket %d %1023s %1023s", &p, a, b) == 3 && publisher_count < PUBLISHERS)
      add_publisher(0, p, a, b);
    else if (sscanf(line, "poster %d %1023s", &p, a) == 2 && publisher_count < PUBLISHERS) add_publisher(1, p, a, 0);
    else if (sscanf(line, "open %d %d %d %d", &p, &q, &r, &s) == 4 && target_count)
      open_readers(p, q, (uint32_t)r, s);
    else if (sscanf(line, "run %d %d %d %d %lf %d", &p, &q, &r, &s, &rate, &t) == 6 && publisher_count)
      run(p, (uint32_t)q, (uint32_t)r, s, rate, t);
    else if (sscanf(line, "post %d", &p) == 1) post(p);
    else if (sscanf(line, "listen %d", &p) == 1) {
      for (int64_t end = now() + p * 1000000LL; now() < end;) serve(10);
      printf("{}\n");
    } else if (!strncmp(line, "drop", 4)) {
      for (int i = 0; i < reader_count; i++)
        if (readers[i].state != LOST && readers[i].state != FREE) { close(readers[i].fd); readers[i].state = FREE; }
      live_count = 0;
      printf("{}\n");
    } else printf("{\"problem\": \"not understood\"}\n");
  }
  return 0;
}
