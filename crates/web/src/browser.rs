//! The kind of a browser in a few words, for people to recognise their own sessions. Nothing is decided by it: a browser
//! says of itself what it likes.

use axum::http::{HeaderMap, header};

/// Longest `User-Agent` that is looked at, in bytes.
const LOOKED_AT: usize = 512;

/// Marks of browsers, those that also carry the marks of others first.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Marks of systems, in the same way.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// "Firefox, Windows"; empty when neither is known. Only words of ours: nothing of what was sent is kept.
pub(crate) fn label(headers: &HeaderMap) -> String {
    let sent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let sent = &sent[..sent.len().min(LOOKED_AT)];
    let known =
        |marks: &[(&str, &'static str)]| marks.iter().find(|(mark, _)| sent.contains(mark)).map(|(_, name)| *name);
    let parts: Vec<&str> = known(&BROWSERS).into_iter().chain(known(&SYSTEMS)).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_in_words_of_ours() {
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/17.4 Mobile/15E148 Safari/604.1";
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 \
                    Safari/537.36 Edg/124.0.0.0";
        let chrome = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile \
                      Safari/537.36";
        for (sent, words) in [
            (safari, "Safari, iPhone"),
            (edge, "Edge, Windows"),
            (chrome, "Chrome, Android"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0", "Firefox, Linux"),
            ("curl/8.5.0", ""),
            ("<script>alert(1)</script>", ""),
            ("", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, sent.parse().unwrap());
            assert_eq!(label(&headers), words, "{sent}");
        }
        assert_eq!(label(&HeaderMap::new()), "");
    }
}
