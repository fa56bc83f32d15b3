"""Stories told in Debian's WebKit, the engine of Safari, which Playwright cannot drive: Selenium does."""
