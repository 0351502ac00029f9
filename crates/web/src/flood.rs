//! How often one client may ask for what costs much: signing, writing, taking files.
//!
//! A client is a session, or an address where nobody is signed in: a school behind one address shares only the
//! allowance for signing in. Reading pages is free; how many connections there are is settled in `serve.rs`.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, HeaderName},
};
use governor::{Quota, RateLimiter, clock::Clock, clock::DefaultClock, state::keyed::HashMapStateStore};
use sportello_domain::id::SessionId;

use crate::cx::Cx;

/// What a request takes from the allowance of its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// Nothing: a page that is read.
    Free,
    /// A form, or a document that is made for whoever asks: some hundreds at once, then some each second.
    Form,
    /// A step of a sign-in (a signature is made or checked, a message is kept): some dozens at once, then one each second.
    SignIn,
    /// A question of somebody unknown whose answer could tell something: a few at once, then one every three seconds.
    Guess,
}

/// Forms at once, and forms a second afterwards.
const FORMS: (u32, u32) = (240, 8);
/// Steps of a sign-in at once (a class of parents behind one address), and steps a second afterwards.
const SIGN_INS: (u32, u32) = (120, 2);
/// Questions of somebody unknown in a minute, at once or one by one.
const GUESSES_A_MINUTE: u32 = 20;
/// After so many requests the clients that are quiet again are forgotten.
const SWEEP_EVERY: u32 = 1024;

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Client {
    Session(SessionId),
    Address(IpAddr),
}

type Limiter = RateLimiter<Client, HashMapStateStore<Client>, DefaultClock>;

/// The allowances of all clients of this process.
pub(crate) struct Floods {
    forms: Limiter,
    sign_ins: Limiter,
    guesses: Limiter,
    asked: AtomicU32,
    /// Header in which the proxy in front names the client.
    header: Option<HeaderName>,
}

impl Floods {
    pub(crate) fn new(header: Option<HeaderName>) -> Self {
        Self {
            forms: per_second(FORMS),
            sign_ins: per_second(SIGN_INS),
            guesses: limiter(Quota::per_minute(some(GUESSES_A_MINUTE))),
            asked: AtomicU32::new(0),
            header,
        }
    }

    /// Takes one request from the allowance of its client.
    ///
    /// # Errors
    /// How long to wait when there is none left.
    pub(crate) fn take(
        &self,
        rate: Rate,
        cx: &Cx,
        headers: &HeaderMap,
        extensions: &Extensions,
    ) -> Result<(), Duration> {
        let limiter = match rate {
            Rate::Free => return Ok(()),
            Rate::Form => &self.forms,
            Rate::SignIn => &self.sign_ins,
            Rate::Guess => &self.guesses,
        };
        let Some(address) = client_address(self.header.as_ref(), headers, extensions) else {
            return Ok(());
        };
        let client = match cx.signed() {
            Some(signed) if rate == Rate::Form => Client::Session(signed.session),
            _ => Client::Address(network(address)),
        };
        self.sweep();
        limiter.check_key(&client).map_err(|refused| refused.wait_time_from(DefaultClock::default().now()))
    }

    fn sweep(&self) {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.forms.retain_recent();
            self.sign_ins.retain_recent();
            self.guesses.retain_recent();
        }
    }
}

fn per_second((at_once, each_second): (u32, u32)) -> Limiter {
    limiter(Quota::per_second(some(each_second)).allow_burst(some(at_once)))
}

fn limiter(quota: Quota) -> Limiter {
    RateLimiter::new(quota, HashMapStateStore::default(), DefaultClock::default())
}

fn some(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).expect("the allowances are not zero")
}

/// The address of the client, where it tells clients apart.
///
/// Behind a proxy the header that the settings name holds it: the last entry is what our own proxy wrote, the ones
/// before it may be invented. Without that header a connection over loopback says nothing: it is the proxy's, or that
/// of somebody who sits at the machine.
fn client_address(header: Option<&HeaderName>, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let address = peer.ip().to_canonical();
    match header {
        // Who comes past the proxy, or by one that does not write the header, is not free: all of them are one client.
        Some(header) => Some(forwarded(headers, header).unwrap_or(address)),
        None => (!address.is_loopback()).then_some(address),
    }
}

/// The last entry of the header: an address, with its port at some proxies.
fn forwarded(headers: &HeaderMap, header: &HeaderName) -> Option<IpAddr> {
    let last = headers.get_all(header).iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim();
    let address = last.parse().ok().or_else(|| last.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(address.to_canonical())
}

/// Of IPv6 the first 64 bits: a household has all the rest.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extensions(peer: &str) -> Extensions {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        extensions
    }

    #[test]
    fn a_client_has_the_address_of_its_connection_or_what_our_proxy_says() {
        let header = HeaderName::from_static("x-forwarded-for");
        let mut forwarded = HeaderMap::new();
        forwarded.append(&header, "10.0.0.1".parse().unwrap());
        forwarded.append(&header, "192.0.2.1, 198.51.100.7".parse().unwrap());
        let address = |header, headers: &HeaderMap, peer| client_address(header, headers, &extensions(peer));
        let ip = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        // Nobody asked for the header: it is the client's own invention.
        assert_eq!(address(None, &forwarded, "203.0.113.9:4000"), ip("203.0.113.9"));
        assert_eq!(address(None, &forwarded, "127.0.0.1:4000"), None);
        assert_eq!(address(None, &forwarded, "[::ffff:203.0.113.9]:4000"), ip("203.0.113.9"));
        assert_eq!(address(Some(&header), &forwarded, "127.0.0.1:4000"), ip("198.51.100.7"));
        assert_eq!(address(Some(&header), &HeaderMap::new(), "127.0.0.1:4000"), ip("127.0.0.1"));
        for (said, meant) in [
            ("198.51.100.7:5678", "198.51.100.7"),
            ("[2001:db8::1]:5678", "2001:db8::1"),
            ("unknown", "127.0.0.1"),
            ("", "127.0.0.1"),
        ] {
            let headers = HeaderMap::from_iter([(header.clone(), said.parse().unwrap())]);
            assert_eq!(address(Some(&header), &headers, "127.0.0.1:4000"), ip(meant), "{said}");
        }
    }

    #[test]
    fn a_household_counts_once() {
        let ip = |text: &str| network(text.parse().unwrap());
        assert_eq!(ip("2001:db8:1:2::3"), ip("2001:db8:1:2:ffff::1"));
        assert_ne!(ip("2001:db8:1:2::3"), ip("2001:db8:1:3::3"));
        assert_ne!(ip("192.0.2.1"), ip("192.0.2.2"));
    }

    #[test]
    fn an_allowance_ends_and_grows_again() {
        let limiter = per_second((3, 1));
        let client = Client::Address("192.0.2.1".parse().unwrap());
        let answers: Vec<bool> = (0..50).map(|_| limiter.check_key(&client).is_ok()).collect();
        assert!(answers.iter().filter(|taken| **taken).count() >= 3 && answers.iter().any(|taken| !taken));
        let wait = limiter.check_key(&client).map_err(|refused| refused.wait_time_from(DefaultClock::default().now()));
        assert!(wait.is_err_and(|wait| wait <= Duration::from_secs(1)));
    }
}
