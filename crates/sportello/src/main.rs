//! The program: reads the command line and the settings, puts the portal together, runs one command.
//!
//! Exit codes: 0 well, 1 something was found wrong, 2 usage or configuration, 3 a dependency is unavailable.

mod assemble;
mod commands;
mod demo;
mod nodo;
mod registry;
mod serve;
mod settings;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::ensure;
use clap::{Parser, Subcommand};
use sportello_app::autori;
use sportello_domain::{codice_fiscale::CodiceFiscale, identita::IdentityScheme};
use tracing_subscriber::EnvFilter;

/// Every page is many small pieces of memory: glibc's allocator costs a tenth of a sign-in more.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sportello: the online counter of an Italian comune.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Options {
    /// Settings (TOML); `SPORTELLO_*` variables come after it.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal and work the queue.
    Serve {
        /// Leave the queue to `sportello worker` processes.
        #[arg(long)]
        no_worker: bool,
    },
    /// Work the queue only.
    Worker,
    /// Add an ente, or list them.
    #[command(subcommand)]
    Ente(EnteCommand),
    /// Check, publish and describe forms.
    #[command(subcommand)]
    Modelli(ModelliCommand),
    /// Take in data of other programs.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Trust providers of identities, or print the metadata of an ente.
    #[command(subcommand)]
    Spid(SpidCommand),
    /// Look at the settings.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Copy the embedded database and the files into a new folder, while the portal runs.
    Backup {
        /// Folder to make.
        folder: PathBuf,
    },
    /// Put a backup in the place that the settings name; nothing there is written over.
    Restore {
        /// Folder of a backup.
        folder: PathBuf,
    },
    /// Check the numbers and the documents of a database, read-only.
    Check,
    /// Name what puts the installation at risk, and what the federations would refuse of each ente: settings, form and end of its certificate. Read-only.
    Doctor,
    /// The demonstration.
    #[command(subcommand)]
    Demo(DemoCommand),
}

#[derive(Subcommand)]
enum EnteCommand {
    /// Add an ente from a file of its settings.
    Add {
        /// Prefix of its addresses: lower-case letters, digits, hyphen.
        slug: String,
        /// Its settings (TOML), as `docs/installazione.md` shows them.
        #[arg(long)]
        settings: PathBuf,
        /// Host that serves it alone: the name only, such as `servizi.comune.example`.
        #[arg(long, value_parser = host)]
        host: Option<String>,
        /// Codice fiscale of its first administrator.
        #[arg(long, value_parser = codice_fiscale)]
        admin: CodiceFiscale,
    },
    /// Change the settings of an ente: the whole file again, with what is to be another.
    Settings {
        /// Prefix of the ente.
        slug: String,
        /// Its settings (TOML).
        file: PathBuf,
    },
    /// Give a role to somebody, or take it away. Nobody needs to confirm: whoever may run commands acts for the
    /// installation.
    #[command(alias = "grant")]
    Role {
        /// Prefix of the ente.
        slug: String,
        /// Codice fiscale of the person.
        #[arg(value_parser = codice_fiscale)]
        persona: CodiceFiscale,
        /// `amministratore`, `operatore_istruzione`, `responsabile`, `operatore_diete`, `ragioneria`, `auditor` or
        /// `operatore_scuola`.
        ruolo: String,
        /// Where it counts: `*` (the whole ente), `servizio:mensa`, `plesso:CODE` (only `operatore_scuola`).
        #[arg(long, default_value = "*")]
        ambito: String,
        /// Take the role away.
        #[arg(long)]
        revoke: bool,
    },
    /// List the enti.
    List,
}

#[derive(Subcommand)]
enum ModelliCommand {
    /// Check a form, or every form of a folder: its texts, limits and examples. Needs no database.
    Check {
        /// The form (TOML), with its `.procedura.toml` and `.en.toml` beside it; or a folder.
        path: PathBuf,
    },
    /// Publish a form that ships with the program, or one of your own, as the next version of its code.
    Publish {
        /// Prefix of the ente.
        ente: String,
        /// The form (TOML), with its `.procedura.toml` and `.en.toml` beside it.
        file: PathBuf,
        /// First day on which it can be filed (2026-06-01), or the minute (2026-06-01T08:30), at the ente.
        #[arg(long)]
        dal: autori::Edge,
        /// Last day on which it can be filed, or the minute from which it cannot.
        #[arg(long)]
        al: autori::Edge,
        /// Year in which the school year begins.
        #[arg(long)]
        anno: i32,
        /// Minute from which those who filed book their place (2026-06-10T10:00), for a service with few places.
        #[arg(long, requires = "posti")]
        prenota_dal: Option<autori::Edge>,
        /// How many places there are. Without an instant of booking they go by the criteria of the form.
        #[arg(long, value_parser = clap::value_parser!(i64).range(1..))]
        posti: Option<i64>,
    },
    /// Show a form in the browser as a citizen would see it, with an invented person; its files are read anew at each
    /// request. Needs no database; serves this machine alone.
    Preview {
        /// The form (TOML), with its `.procedura.toml` and `.en.toml` beside it.
        file: PathBuf,
        /// Where to serve it; the port 0 takes one that is free.
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: SocketAddr,
    },
    /// Print the JSON Schema of the filed answers. Needs no database.
    Schema {
        /// The form (TOML), with its `.procedura.toml` and `.en.toml` beside it.
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum ImportCommand {
    /// Schools, classes, children and payers (CSV, `;` or `,`, UTF-8 or Windows-1252): whole or not at all.
    Famiglie {
        /// The file.
        file: PathBuf,
        /// Prefix of the ente.
        #[arg(long)]
        ente: String,
        /// Only check and say what would happen.
        #[arg(long)]
        prova: bool,
    },
}

#[derive(Subcommand)]
enum KeyCommand {
    /// List them: number, use, day, SHA-256 of the certificate.
    List {
        /// Prefix of the ente.
        #[arg(long)]
        ente: String,
    },
    /// Make one that is in the metadata and does not sign yet.
    Add {
        /// Prefix of the ente.
        #[arg(long)]
        ente: String,
    },
    /// Sign with a published one from now on; the one before stays published.
    Use {
        /// Prefix of the ente.
        #[arg(long)]
        ente: String,
        /// Its number.
        version: i64,
    },
    /// Take a published one out of the metadata for good.
    Retire {
        /// Prefix of the ente.
        #[arg(long)]
        ente: String,
        /// Its number.
        version: i64,
    },
}

#[derive(Subcommand)]
enum SpidCommand {
    /// The registry of the providers of a scheme.
    #[command(subcommand)]
    Registry(RegistryCommand),
    /// The log of sign-ins.
    #[command(subcommand)]
    Log(commands::tracciatura::LogCommand),
    /// Trust the provider whose metadata stand in a file, or trust it no more.
    Trust {
        /// Metadata of one provider.
        file: PathBuf,
        /// Scheme that it belongs to: spid, cie or eidas.
        #[arg(long, default_value = "spid", value_parser = registry::scheme)]
        scheme: IdentityScheme,
        /// Trust it no more, at once.
        #[arg(long)]
        revoke: bool,
    },
    /// The keys of an ente as a service provider.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Print the metadata of an ente, to be filed with the federation.
    Metadata {
        /// Prefix of the ente.
        #[arg(long)]
        ente: String,
        /// Federation: spid (with eidas, where its door is open) or cie.
        #[arg(long, default_value = "spid", value_parser = registry::scheme)]
        scheme: IdentityScheme,
        /// File to write them to; says whether they are others than those in it.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Print the certificate that the metadata of an ente carry; its key is made at the first call.
    Certificate {
        /// Prefix of the ente.
        #[arg(long)]
        ente: String,
        /// File to write it to (PEM).
        #[arg(long)]
        out: Option<PathBuf>,
        /// File for a request to an authority (PKCS#10, PEM): a certificate that the ente signs itself is enough.
        #[arg(long)]
        csr: Option<PathBuf>,
        /// First install the certificate that an authority made from the request (PEM).
        #[arg(long)]
        install: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum RegistryCommand {
    /// Take in a list that the registry signed.
    Import {
        /// The list (XML).
        file: PathBuf,
        /// `spid` or `cie`.
        #[arg(long, default_value = "spid", value_parser = registry::scheme)]
        scheme: IdentityScheme,
    },
    /// Fetch the list from the address in the settings and take it in.
    Fetch {
        /// `spid` or `cie`.
        #[arg(long, default_value = "spid", value_parser = registry::scheme)]
        scheme: IdentityScheme,
    },
    /// Show the lists in use.
    Show,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Check the settings.
    Check,
    /// Print the settings as they count.
    Print,
}

#[derive(Subcommand)]
enum DemoCommand {
    /// Load the demonstration: three enti, invented families, pratiche in every state. Doing it again is harmless.
    Load {
        /// Folder with the metadata of simulated providers, besides those of the registries in the settings.
        #[arg(long)]
        providers: Option<PathBuf>,
    },
    /// Print the file of families that the demonstration takes in.
    Famiglie {
        /// Prefix of the ente of the demonstration.
        #[arg(default_value = "calvenzano")]
        slug: String,
    },
}

fn codice_fiscale(text: &str) -> Result<CodiceFiscale, String> {
    CodiceFiscale::parse(text, None)
        .map_err(|_| "expected a codice fiscale: 16 characters, of which the last checks the others".to_owned())
}

/// The name as requests carry it. Anything more would never be found, and nothing could be filed for it.
fn host(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    if !text.is_empty() && text.chars().all(fits) {
        return Ok(text.to_owned());
    }
    Err("expected a name alone in small letters, such as servizi.comune.example: no https://, no port, no path"
        .to_owned())
}

fn main() -> ExitCode {
    let options = Options::parse();
    let filter = EnvFilter::try_from_env("SPORTELLO_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_target(false).init();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(3, &error.into()),
    };
    let settings = match settings::Settings::load(options.config.as_deref()) {
        Ok(settings) => settings,
        Err(error) => return fail(2, &error),
    };
    match runtime.block_on(run(options.command, settings)) {
        Ok(code) => code,
        Err(error) => fail(3, &error),
    }
}

/// Says why, with every cause; never with data of people.
fn fail(code: u8, error: &anyhow::Error) -> ExitCode {
    eprintln!("sportello: {error:#}");
    ExitCode::from(code)
}

async fn run(command: Command, settings: settings::Settings) -> anyhow::Result<ExitCode> {
    match command {
        Command::Config(ConfigCommand::Check) => {
            registry::registries(&settings)?;
            println!("the settings are right");
        }
        Command::Config(ConfigCommand::Print) => print!("{}", toml::to_string(&settings)?),
        Command::Modelli(ModelliCommand::Check { path }) => return commands::modelli::check(&path),
        Command::Modelli(ModelliCommand::Schema { file }) => return commands::modelli::schema(&file),
        Command::Modelli(ModelliCommand::Preview { file, listen }) => {
            return commands::modelli::preview(&file, listen).await;
        }
        Command::Restore { folder } => commands::restore(&settings, &folder).await?,
        Command::Serve { no_worker } => serve::serve(&settings, !no_worker).await?,
        Command::Worker => serve::worker(&settings).await?,
        other => return with_portal(other, &settings).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn registry_command(portal: &sportello_app::Portal, command: RegistryCommand) -> anyhow::Result<ExitCode> {
    match command {
        RegistryCommand::Import { file, scheme } => commands::registry::import(portal, scheme, &file).await,
        RegistryCommand::Fetch { scheme } => commands::registry::fetch(portal, scheme).await,
        RegistryCommand::Show => commands::registry::show(portal).await,
    }
}

async fn key_command(portal: &sportello_app::Portal, command: KeyCommand) -> anyhow::Result<ExitCode> {
    match command {
        KeyCommand::List { ente } => commands::list_keys(portal, &ente).await,
        KeyCommand::Add { ente } => commands::add_key(portal, &ente).await,
        KeyCommand::Use { ente, version } => commands::use_key(portal, &ente, version).await,
        KeyCommand::Retire { ente, version } => commands::retire_key(portal, &ente, version).await,
    }
}

/// Commands that work on an open portal.
async fn with_portal(command: Command, settings: &settings::Settings) -> anyhow::Result<ExitCode> {
    let portal = assemble::portal(settings).await?;
    let code = match command {
        Command::Ente(EnteCommand::Add { slug, settings: file, host, admin }) => {
            let by_host = settings.addressing == settings::AddressingKind::Host;
            ensure!(
                host.is_some() || !by_host,
                "addressing = \"host\": the ente needs `--host`, or no request finds it"
            );
            commands::add_ente(&portal, slug, host, &file, &admin).await?;
            ExitCode::SUCCESS
        }
        Command::Ente(EnteCommand::Settings { slug, file }) => {
            commands::change_ente(&portal, &slug, &file).await?;
            ExitCode::SUCCESS
        }
        Command::Ente(EnteCommand::Role { slug, persona, ruolo, ambito, revoke }) => {
            commands::change_role(&portal, &slug, persona, (&ruolo, &ambito), revoke).await?;
            ExitCode::SUCCESS
        }
        Command::Modelli(ModelliCommand::Publish { ente, file, dal, al, anno, prenota_dal, posti }) => {
            let offer = autori::Offer { window: (dal, al), anno, booking: posti.map(|posti| (prenota_dal, posti)) };
            commands::modelli::publish(&portal, &ente, &file, offer).await?
        }
        Command::Ente(EnteCommand::List) => commands::list_enti(&portal).await?,
        Command::Import(ImportCommand::Famiglie { file, ente, prova }) => {
            commands::import_famiglie(&portal, &ente, &file, prova).await?
        }
        Command::Spid(SpidCommand::Trust { file, scheme, revoke }) => {
            commands::trust(&portal, &file, scheme, revoke).await?
        }
        Command::Spid(SpidCommand::Key(command)) => key_command(&portal, command).await?,
        Command::Spid(SpidCommand::Log(command)) => commands::tracciatura::run(&portal, command).await?,
        Command::Spid(SpidCommand::Registry(command)) => registry_command(&portal, command).await?,
        Command::Spid(SpidCommand::Metadata { ente, scheme, out }) => {
            commands::metadata(&portal, &ente, scheme, out.as_deref()).await?
        }
        Command::Spid(SpidCommand::Certificate { ente, out, csr, install }) => {
            commands::certificate(&portal, &ente, &commands::CertificateFiles { out, csr, install }).await?
        }
        Command::Backup { folder } => commands::backup(&portal, settings, &folder).await?,
        Command::Check => commands::check(&portal).await?,
        Command::Doctor => commands::doctor(&portal, settings).await?,
        Command::Demo(DemoCommand::Load { providers }) => demo::load(&portal, settings, providers.as_deref()).await?,
        Command::Demo(DemoCommand::Famiglie { slug }) => demo::print_famiglie(&portal, &slug)?,
        // Done by `run`, without a portal. Each by name, so that a new one is not taken for one of them.
        Command::Modelli(
            ModelliCommand::Check { .. } | ModelliCommand::Preview { .. } | ModelliCommand::Schema { .. },
        )
        | Command::Config(ConfigCommand::Check | ConfigCommand::Print)
        | Command::Restore { .. }
        | Command::Serve { .. }
        | Command::Worker => ExitCode::SUCCESS,
    };
    portal.store().close().await;
    Ok(code)
}
