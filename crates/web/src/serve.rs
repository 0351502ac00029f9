//! Connections: how many there are, how many of one address, and how long one may dawdle.
//!
//! Knows nothing of pages. Time limits of answers are the router's.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr},
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
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
    /// After this time a connection ends with the answer that is being given. A long one, a table of all that an ente has, goes on as
    /// long as it is received.
    pub longest: Duration,
    /// In each such time the last answer of a connection must bring [`LEAST_BYTES`].
    pub patience: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            most: 800,
            most_of_address: Some(200),
            head_within: Duration::from_secs(15),
            longest: Duration::from_secs(300),
            patience: Duration::from_secs(60),
        }
    }
}

/// Largest head of a request, in bytes.
const HEAD_MAX_BYTES: usize = 32 * 1024;
/// Most headers of a request.
const HEADERS_MAX: usize = 100;
/// Most callers who have not shown their certificate yet.
const STRANGERS_MAX: usize = 128;
/// What a caller must receive of a last answer in [`Connections::patience`]: 4 KB a second is less than any telephone takes.
pub const LEAST_BYTES: u64 = 240 * 1024;
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
    let sent = Arc::new(AtomicU64::new(0));
    let counted = Counted { stream, sent: sent.clone() };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_within)
        .max_buf_size(HEAD_MAX_BYTES)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(counted), service);
    let mut connection = pin!(connection);
    // How a connection ends is the client's affair: it may go away at any moment.
    let mut told_to_end = tokio::select! {
        _ = connection.as_mut() => return,
        _ = told.changed() => true,
        () = sleep(limits.longest) => false,
    };
    connection.as_mut().graceful_shutdown();
    while !told_to_end {
        let before = sent.load(Ordering::Relaxed);
        told_to_end = tokio::select! {
            _ = connection.as_mut() => return,
            _ = told.changed() => true,
            () = sleep(limits.patience) => false,
        };
        if !told_to_end && sent.load(Ordering::Relaxed) - before < LEAST_BYTES {
            return;
        }
    }
    let _ = timeout(limits.patience, connection).await;
}

/// A stream that counts what its other end takes.
struct Counted<S> {
    stream: S,
    sent: Arc<AtomicU64>,
}

impl<S> Counted<S> {
    fn count(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = written {
            self.sent.fetch_add(bytes as u64, Ordering::Relaxed);
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.count(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.count(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
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
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::oneshot,
    };

    use super::*;

    const WHOLE: u64 = 200 * LEAST_BYTES;

    /// How a caller takes an answer.
    enum Pace {
        /// Part after part.
        Steady,
        /// A little, and then nothing until the portal has left.
        Standing,
    }

    /// How much of an answer of [`WHOLE`] bytes comes to a caller of this pace.
    async fn taken(pace: Pace) -> u64 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (held, left) = oneshot::channel::<()>();
        let held = Arc::new(Mutex::new(Some(held)));
        let answer = move || async move {
            // It goes with the answer, when that ends or is given up.
            let held = held.lock().unwrap().take();
            let part = move |_| {
                let _ = &held;
                Ok::<_, Infallible>(vec![b'x'; LEAST_BYTES as usize])
            };
            Body::from_stream(futures::stream::iter((0..WHOLE / LEAST_BYTES).map(part)))
        };
        let router = Router::new().route("/", axum::routing::get(answer));
        let (longest, patience) = (Duration::from_millis(50), Duration::from_secs(1));
        let limits = Connections { longest, patience, ..Connections::default() };
        let serving = tokio::spawn(serve(listener, router, limits, None, std::future::pending()));
        let mut caller = TcpStream::connect(address).await.unwrap();
        caller.write_all(b"GET / HTTP/1.0\r\nHost: x\r\n\r\n").await.unwrap();
        let (mut part, mut came) = (vec![0; 512 * 1024], 0);
        if matches!(pace, Pace::Standing) {
            came += caller.read(&mut part[..1024]).await.unwrap() as u64;
            assert!(left.await.is_err(), "the answer is given up");
        }
        while let Ok(bytes @ 1..) = caller.read(&mut part).await {
            came += bytes as u64;
            if matches!(pace, Pace::Steady) {
                // Slow enough for the answer to last longer than a connection may.
                sleep(Duration::from_millis(20)).await;
            }
        }
        serving.abort();
        came
    }

    #[tokio::test]
    async fn a_long_answer_goes_on_as_long_as_it_is_received() {
        let begun = std::time::Instant::now();
        assert!(taken(Pace::Steady).await >= WHOLE);
        assert!(begun.elapsed() > Duration::from_secs(1), "it lasted longer than one turn of patience");
        assert!(taken(Pace::Standing).await < WHOLE, "whoever takes nothing is left");
    }

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
