//! Simulators of what stands around a portal: providers of SPID identities, a mail server, the comune's own site, the
//! node of pagoPA with its checkout and a counter, the protocol system of an ente.
//!
//! A program of its own that speaks the real protocols, so that the portal's code is the same in the
//! demonstration, in tests and in production. It never runs beside real data: every page says SIMULAZIONE,
//! and a production portal refuses its identities.

mod pagopa;
mod people;
mod post;
mod site;
mod smtp;
mod spid;
mod wire;

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::Context;
use axum::Router;
use clap::Parser;
use sportello_sim::protocollo::Protocollo;

/// Simulators for Sportello: SPID providers, mail, the comune's own site, pagoPA, protocol.
#[derive(Parser)]
struct Options {
    /// Port of the pages, on the loopback interface.
    #[arg(long, default_value_t = 8090)]
    port: u16,
    /// Port of the mail server, on the loopback interface.
    #[arg(long, default_value_t = 8025)]
    smtp_port: u16,
    /// Address of the portal.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    portal: String,
    /// Folder for keys and, below it, `metadata` and `registro`; made when it is missing.
    #[arg(long, default_value = "data/sim")]
    data: PathBuf,
    /// People who can sign in besides those of the demonstration, for drills and measurements: they are in
    /// `/people.json` and on no page.
    #[arg(long, default_value_t = 0)]
    more_people: u32,
    #[command(flatten)]
    pagopa: pagopa::NodeOptions,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).init();
    let options = Options::parse();
    // `localhost` is another site than `127.0.0.1` for a browser, as a provider is in life.
    let origin = format!("http://localhost:{}", options.port);
    let providers = spid::Providers::open(&options.data, &origin)?;
    providers.write_metadata(&options.data.join("metadata"))?;
    providers.write_registry(&options.data.join("registro"))?;
    let inbox = Arc::new(smtp::Inbox::default());
    let mail = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], options.smtp_port)))
        .await
        .with_context(|| format!("port {} for mail is taken; choose another with --smtp-port", options.smtp_port))?;
    tokio::spawn(smtp::serve(mail, inbox.clone()));
    let app = Router::new()
        .merge(site::router(&options.portal))
        .merge(post::router(inbox))
        .merge(pagopa::start(&options.pagopa, &origin)?)
        .merge(Protocollo::new(spid::now).router())
        .merge(spid::router(providers, &options.portal, options.more_people)?)
        .fallback(|| async { (axum::http::StatusCode::NOT_FOUND, "Pagina non trovata (SIMULAZIONE)") });
    let pages = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], options.port)))
        .await
        .with_context(|| format!("port {} is taken; choose another with --port", options.port))?;
    println!("simulators on {origin}, mail on port {}", options.smtp_port);
    axum::serve(pages, app)
        .with_graceful_shutdown(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await
        .context("serving the simulators")
}
