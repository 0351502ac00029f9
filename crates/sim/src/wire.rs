//! One request over one connection, without more of HTTP than this program needs: no redirects, no pool, no proxy.

use anyhow::{Context, bail, ensure};
use axum::{
    body::{Body, Bytes, to_bytes},
    http::{Request, StatusCode, Uri, header},
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

/// Largest answer that is read, in bytes.
const MAX_ANSWER_BYTES: usize = 512 * 1024;

/// Connects to the host of an address, at its port or that of its scheme.
pub async fn connect(url: &Uri) -> anyhow::Result<TcpStream> {
    let host = host(url)?;
    let port = url.port_u16().unwrap_or(if url.scheme_str() == Some("https") { 443 } else { 80 });
    let tcp = TcpStream::connect((host, port)).await.with_context(|| format!("connecting to {host}:{port}"))?;
    tcp.set_nodelay(true)?;
    Ok(tcp)
}

/// The host of an address, without the brackets of IPv6.
pub fn host(url: &Uri) -> anyhow::Result<&str> {
    Ok(url.host().context("the address has no host")?.trim_matches(['[', ']']))
}

/// Sends a request for the path of `url` and reads its answer whole. Whoever waits no longer closes the connection.
pub async fn send<S>(stream: S, url: &Uri, mut request: Request<Body>) -> anyhow::Result<(StatusCode, Bytes)>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let authority = url.authority().context("the address has no host")?.as_str().parse()?;
    request.headers_mut().insert(header::HOST, authority);
    request.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    *request.uri_mut() = url.path_and_query().map_or("/", |path| path.as_str()).parse()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let exchange = async {
        let answer = sender.send_request(request).await?;
        let status = answer.status();
        anyhow::Ok((status, to_bytes(Body::new(answer.into_body()), MAX_ANSWER_BYTES).await?))
    };
    // The connection ends with the exchange, whoever gives up first.
    tokio::pin!(exchange, connection);
    tokio::select! {
        answer = &mut exchange => answer,
        ended = &mut connection => {
            ended?;
            exchange.await
        }
    }
}

/// What stands at an address of plain HTTP; anything but 200 is an error.
pub async fn get(url: &str) -> anyhow::Result<Bytes> {
    let url: Uri = url.parse()?;
    ensure!(url.scheme_str() == Some("http"), "an address of plain HTTP is needed");
    let (status, body) = send(connect(&url).await?, &url, Request::new(Body::empty())).await?;
    if status != StatusCode::OK {
        bail!("HTTP status {}", status.as_u16());
    }
    Ok(body)
}
