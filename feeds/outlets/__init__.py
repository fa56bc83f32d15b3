"""An event for other programs: pictures, structured data and feeds. No request and no HTTP."""
