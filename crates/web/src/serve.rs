//! Connections: how many there are, how many of one address, and how long one may dawdle.
//!
//! Knows nothing of pages. Time limits of answers are the router's.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::AbortHandle,
    time::{sleep, timeout},
};
use tower::ServiceExt;

use crate::tls::Tls;

/// Limits of connections.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// Most at once; the next ones wait to be accepted. Stays below the usual limit of 1,024 open files. With TLS those
    /// count who have shown their certificate.
    pub most: usize,
    /// Most of one address at once; none where a proxy stands in front. Loopback is not counted.
    pub most_of_address: Option<usize>,
    /// Longest time until the head of a request is complete; also how long an idle connection is kept.
    pub head_within: Duration,
    /// After this time a connection ends with the answer that is being given.
    pub longest: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            most: 800,
            most_of_address: Some(200),
            head_within: Duration::from_secs(15),
            longest: Duration::from_secs(300),
        }
    }
}

/// Largest head of a request, in bytes.
const HEAD_MAX_BYTES: usize = 32 * 1024;
/// Most headers of a request.
const HEADERS_MAX: usize = 100;
/// Most callers who have not shown their certificate yet.
const STRANGERS_MAX: usize = 128;
/// How long the last answer of a connection may take to be received.
const LAST_ANSWER: Duration = Duration::from_secs(60);
/// Pause after a connection could not be accepted (no descriptors left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// What a connection too many reads.
const TOO_MANY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 10\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Serves the router until `stop`, then lets the answers in flight end. With `tls` callers show a certificate first.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Connections,
    tls: Option<Tls>,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.most));
    let (crowd, doorstep) = (Arc::new(Crowd::default()), Doorstep::default());
    let (tell, told) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, place) = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, tls.is_none().then_some(&places)) => accepted,
        };
        let Some(seat) = crowd.enter(peer.ip(), limits.most_of_address) else {
            // Whoever does not read it loses nothing.
            let _ = stream.try_write(TOO_MANY);
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (router, told) = (router.clone(), told.clone());
        let Some(tls) = tls.clone() else {
            tokio::spawn(async move {
                converse(stream, peer, router, limits, told).await;
                drop((place, seat));
            });
            continue;
        };
        let known = tokio::spawn(async move { tls.accept(stream, limits.head_within).await });
        doorstep.stand(known.abort_handle());
        let places = places.clone();
        tokio::spawn(async move {
            if let Ok(Some(stream)) = known.await {
                let place = places.acquire_owned().await;
                converse(stream, peer, router, limits, told).await;
                drop(place);
            }
            drop(seat);
        });
    }
    drop((listener, told));
    let _ = tell.send(());
    tell.closed().await;
}

/// The next connection, with its place when it needs one.
async fn accept(
    listener: &TcpListener,
    places: Option<&Arc<Semaphore>>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    let place = match places {
        Some(places) => Some(places.clone().acquire_owned().await.expect("it is never closed")),
        None => None,
    };
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// One connection, request after request.
async fn converse<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    limits: Connections,
    mut told: watch::Receiver<()>,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer: Result<_, Infallible> = router.oneshot(request).await;
            answer
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_within)
        .max_buf_size(HEAD_MAX_BYTES)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // How a connection ends is the client's affair: it may go away at any moment.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = told.changed() => {}
        () = sleep(limits.longest) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(LAST_ANSWER, connection).await;
}

/// Callers who have not shown their certificate. An honest one shows it at once, so that of too many the one who stands
/// longest goes: whoever only stands there keeps nobody out.
#[derive(Default)]
struct Doorstep(Mutex<VecDeque<AbortHandle>>);

impl Doorstep {
    fn stand(&self, caller: AbortHandle) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|caller| !caller.is_finished());
        waiting.push_back(caller);
        if waiting.len() > STRANGERS_MAX
            && let Some(longest) = waiting.pop_front()
        {
            longest.abort();
        }
    }
}

/// How many connections each address has.
#[derive(Default)]
struct Crowd(Mutex<HashMap<IpAddr, usize>>);

impl Crowd {
    /// A seat for one more connection; `None` when the address has as many as it may.
    fn enter(self: &Arc<Self>, address: IpAddr, most: Option<usize>) -> Option<Seat> {
        let address = address.to_canonical();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if !address.is_loopback() && most.is_some_and(|most| *count >= most) {
            return None;
        }
        *count += 1;
        Some(Seat { crowd: self.clone(), address })
    }
}

/// One connection of an address.
struct Seat {
    crowd: Arc<Crowd>,
    address: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut counts = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_seats_and_loopback_is_not_counted() {
        let crowd = Arc::new(Crowd::default());
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let first = crowd.enter(ip("192.0.2.1"), Some(2));
        let second = crowd.enter(ip("::ffff:192.0.2.1"), Some(2));
        assert!(first.is_some() && second.is_some());
        assert!(crowd.enter(ip("192.0.2.1"), Some(2)).is_none());
        assert!(crowd.enter(ip("192.0.2.2"), Some(2)).is_some());
        assert!(crowd.enter(ip("192.0.2.1"), None).is_some());
        drop(first);
        assert!(crowd.enter(ip("192.0.2.1"), Some(2)).is_some());
        let local: Vec<_> = (0..5).map(|_| crowd.enter(ip("127.0.0.1"), Some(2))).collect();
        assert!(local.iter().all(Option::is_some));
        drop((second, local));
        assert!(crowd.0.lock().unwrap().is_empty());
    }
}
