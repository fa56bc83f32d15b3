"""End of an account's access: a deactivated one that is activated again begins from scratch."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from feeds.models.accounts.invitations import Invitation
from feeds.models.accounts.links import Link
from feeds.models.accounts.sign_ins import SignIn


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def _saved(instance: User, raw: bool = False, **_: object) -> None:
    if instance.is_active or raw:
        return
    SignIn.objects.filter(user=instance).end()
    Link.objects.spend(instance)
    Invitation.objects.unused().filter(made_by=instance).update(withdrawn_at=timezone.now())
