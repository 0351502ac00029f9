//! Where Sportello keeps things: one SQL text on SQLite or PostgreSQL, one writer for each ente, sealed values and files.
//!
//! This is the only package that names a database driver. It decides nothing: whether a pratica may be filed is known
//! to `sportello-domain` and asked by `sportello-app` inside a closure given to [`Store::write`].
#![warn(missing_docs)]

pub mod bind;
pub mod dialect;
pub mod error;
pub mod file;
mod lane;
pub mod migrate;
mod postgres;
pub mod row;
pub mod seal;
mod sqlite;
pub mod statement;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tx;

mod flight;
mod word;

pub mod allegato;
pub mod alunno;
pub mod assegnazione;
pub mod audit;
pub mod audit_log;
pub mod bozza;
pub mod bozza_purge;
pub mod bozza_reminder;
pub mod campione;
pub mod ciclo;
pub mod coda;
pub mod coda_export;
pub mod collectable;
pub mod compito;
pub mod contatore;
pub mod contatto;
pub mod debito;
pub mod delega;
pub mod dieta;
pub mod distinta;
pub mod documento;
pub mod documento_contabile;
pub mod elenco_documento;
pub mod elenco_protocollo;
pub mod ente;
pub mod esito_sdd;
pub mod esportazione;
pub mod evento;
pub mod graduatoria;
pub mod idempotenza;
pub mod identity_provider;
pub mod importazione;
pub mod incasso;
pub mod integrazione;
pub mod interruzione;
pub mod invio;
pub mod iscrizione;
pub mod istruttoria;
pub mod job;
pub mod logout;
pub mod mandato;
pub mod messaggio;
pub mod modello;
pub mod modello_testo;
pub mod nodo_messaggio;
pub mod notifica;
pub mod per_conto;
pub mod persona;
pub mod posizione;
pub mod pratica;
pub mod pratica_vista;
pub mod preavviso;
pub mod prenotazione;
pub mod presenza;
pub mod profilo;
pub mod proposta;
pub mod protocollo;
pub mod protocollo_richiesta;
pub mod provvedimento;
pub mod registro_gestori;
pub mod registro_giornaliero;
pub mod residenza;
pub mod ricevuta;
pub mod riconciliazione;
pub mod risposta;
pub mod ruolo;
pub mod saml_chain;
pub mod saml_log;
pub mod saml_request;
pub mod scarto;
pub mod scarto_parti;
pub mod schedule;
pub mod scuola;
pub mod session;
pub mod spid_key;
pub mod spontaneo;
pub mod tariffa;
pub mod tentativo;
pub mod termine;

pub use bind::{Bind, Binds, Column, Json};
pub use error::{Error, Result};
pub use row::FromRow;
pub use store::{Store, StoreConfig};
pub use tx::{Read, Tx};

use futures::future::LocalBoxFuture;

/// Most rows that one query may give; longer lists are read in pages.
pub const ROWS_MAX: usize = 10_000;

/// A queued read: takes the connection, or the reason why there is none.
pub(crate) type ReadItem = Box<dyn for<'t> FnOnce(Result<&'t mut Read>) -> LocalBoxFuture<'t, ()> + Send>;
