-- By which binding a provider takes requests: by HTTP-POST, or by HTTP-Redirect at its address for that.

ALTER TABLE identity_provider ADD COLUMN by_redirect INTEGER NOT NULL DEFAULT 0;
