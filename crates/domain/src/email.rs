//! E-mail addresses. Whether one exists is found out by writing to it, not here.

/// Longest address that mail can carry, in bytes (RFC 5321, 4.5.3.1.3).
pub const MAX_BYTES: usize = 254;

/// Whether a text can be an address: one `@`, a domain with a point, nothing that could break a header.
pub fn is_possible(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && local.chars().all(|c| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label_ok = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= MAX_BYTES && local_ok && domain.contains('.') && domain.split('.').all(label_ok)
}
