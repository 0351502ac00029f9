-- Where a provider takes requests by HTTP-Redirect, and messages of logout: by each binding the address of requests, and
-- that of answers where it is another.

ALTER TABLE identity_provider ADD COLUMN sso_redirect_url TEXT;
ALTER TABLE identity_provider ADD COLUMN slo_post_url TEXT;
ALTER TABLE identity_provider ADD COLUMN slo_post_response_url TEXT;
ALTER TABLE identity_provider ADD COLUMN slo_redirect_url TEXT;
ALTER TABLE identity_provider ADD COLUMN slo_redirect_response_url TEXT;
