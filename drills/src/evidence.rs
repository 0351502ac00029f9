//! What the database holds of INVIA once all is over.

use anyhow::{Context, Result, bail};

use crate::database::{Place, Rows};
use crate::journal::Numero;

/// A filed pratica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PraticaFound {
    /// Ente, 32 hexadecimal digits.
    pub ente: String,
    /// Its number.
    pub numero: Numero,
    /// Draft that it came from.
    pub bozza: String,
    /// Its registration: AOO and number.
    pub protocollo: Option<(String, Numero)>,
}

/// A registration. What comes in and what goes out are numbered in one series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolloFound {
    /// Ente.
    pub ente: String,
    /// Register.
    pub aoo: String,
    /// Its number.
    pub numero: Numero,
    /// Draft that it registers, or whose pratica the outgoing document decides.
    pub bozza: String,
    /// Whether it registers what came in.
    pub incoming: bool,
}

/// A message that belongs to an INVIA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificaFound {
    /// Draft that it is about.
    pub bozza: String,
    /// Its Message-ID.
    pub message_id: String,
    /// Whether the portal says that it has left.
    pub sent: bool,
}

/// All that the check needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Every pratica.
    pub pratiche: Vec<PraticaFound>,
    /// Every registration.
    pub protocolli: Vec<ProtocolloFound>,
    /// Every outgoing message that belongs to a draft.
    pub notifiche: Vec<NotificaFound>,
    /// Message-ID of everything that the mail server was given, as often as it was.
    pub delivered: Vec<String>,
    /// Jobs that are neither done nor given up.
    pub jobs_open: usize,
    /// Jobs that were given up.
    pub jobs_failed: usize,
    /// Draft of every receipt.
    pub ricevute: Vec<String>,
    /// What the database's own check found.
    pub damage: Vec<String>,
}

/// Reads everything.
pub async fn gather(place: &Place<'_>) -> Result<Evidence> {
    let (rows, damage) = place.read(&statements(place)).await?;
    let mut evidence = Evidence { damage, ..evidence(rows)? };
    evidence.pratiche.sort_by(|a, b| (&a.ente, a.numero).cmp(&(&b.ente, b.numero)));
    evidence.protocolli.sort_by(|a, b| (&a.ente, &a.aoo, a.numero).cmp(&(&b.ente, &b.aoo, b.numero)));
    Ok(evidence)
}

fn statements(place: &Place<'_>) -> [String; 5] {
    let (ente, bozza) = (place.id("ente_id"), place.id("bozza_id"));
    [
        format!(
            "SELECT {ente}, CAST(anno AS TEXT), CAST(numero AS TEXT), {bozza}, COALESCE(protocollo_aoo, ''), \
             COALESCE(CAST(protocollo_anno AS TEXT), ''), COALESCE(CAST(protocollo_numero AS TEXT), '') FROM pratica"
        ),
        format!("SELECT {ente}, aoo, CAST(anno AS TEXT), CAST(numero AS TEXT), {bozza}, direction FROM protocollo"),
        format!("SELECT {bozza}, message_id, state FROM notifica WHERE bozza_id IS NOT NULL"),
        format!("SELECT {bozza} FROM documento WHERE kind = 'ricevuta'"),
        "SELECT state FROM job WHERE state <> 'fatto'".to_owned(),
    ]
}

fn evidence(rows: [Rows; 5]) -> Result<Evidence> {
    let [pratiche, protocolli, notifiche, ricevute, jobs] = rows;
    let failed = jobs.iter().flatten().filter(|state| *state == "fallito").count();
    Ok(Evidence {
        pratiche: pratiche.iter().map(|row| pratica(row)).collect::<Result<_>>()?,
        protocolli: protocolli.iter().map(|row| protocollo(row)).collect::<Result<_>>()?,
        notifiche: notifiche.iter().map(|row| notifica(row)).collect::<Result<_>>()?,
        delivered: Vec::new(),
        jobs_open: jobs.len() - failed,
        jobs_failed: failed,
        ricevute: ricevute.into_iter().flatten().collect(),
        damage: Vec::new(),
    })
}

fn pratica(row: &[String]) -> Result<PraticaFound> {
    let [ente, anno, numero, bozza, aoo, protocollo_anno, protocollo_numero] = row else {
        bail!("a pratica with {} columns", row.len());
    };
    let registered = !protocollo_numero.is_empty();
    Ok(PraticaFound {
        ente: ente.clone(),
        numero: number(anno, numero)?,
        bozza: bozza.clone(),
        protocollo: if registered { Some((aoo.clone(), number(protocollo_anno, protocollo_numero)?)) } else { None },
    })
}

fn protocollo(row: &[String]) -> Result<ProtocolloFound> {
    let [ente, aoo, anno, numero, bozza, direction] = row else { bail!("a registration with {} columns", row.len()) };
    Ok(ProtocolloFound {
        ente: ente.clone(),
        aoo: aoo.clone(),
        numero: number(anno, numero)?,
        bozza: bozza.clone(),
        incoming: direction == "entrata",
    })
}

fn notifica(row: &[String]) -> Result<NotificaFound> {
    let [bozza, message_id, state] = row else { bail!("a message with {} columns", row.len()) };
    Ok(NotificaFound { bozza: bozza.clone(), message_id: message_id.clone(), sent: state == "inviata" })
}

fn number(anno: &str, numero: &str) -> Result<Numero> {
    Ok(Numero { anno: anno.parse().context("reading a year")?, numero: numero.parse().context("reading a number")? })
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[tokio::test]
    async fn a_sqlite_file_is_read_back() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("db");
        let database = Connection::open(&file).expect("a new database");
        database
            .execute_batch(
                "CREATE TABLE pratica (ente_id BLOB, anno INTEGER, numero INTEGER, bozza_id BLOB, protocollo_aoo TEXT, \
                 protocollo_anno INTEGER, protocollo_numero INTEGER);
                 CREATE TABLE protocollo (ente_id BLOB, aoo TEXT, anno INTEGER, numero INTEGER, bozza_id BLOB, direction TEXT);
                 CREATE TABLE notifica (bozza_id BLOB, message_id TEXT, state TEXT);
                 CREATE TABLE documento (bozza_id BLOB, kind TEXT); CREATE TABLE job (state TEXT);
                 INSERT INTO job VALUES ('fatto'), ('da_fare'), ('in_corso'), ('fallito');
                 INSERT INTO pratica VALUES (x'01', 2026, 2, x'0B', 'AOO', 2026, 7), (x'01', 2026, 1, x'0A', NULL, NULL, NULL);
                 INSERT INTO protocollo VALUES (x'01', 'AOO', 2026, 7, x'0B', 'entrata'), (x'01', 'AOO', 2026, 8, x'0C', 'uscita');
                 INSERT INTO notifica VALUES (x'0B', 'm@x', 'inviata'), (NULL, 'n@x', 'in_coda'); INSERT INTO documento VALUES (x'0B', 'ricevuta'), (x'0B', 'altro');",
            )
            .expect("the tables can be made");
        let found = gather(&Place::Sqlite(&file)).await.expect("the file reads");
        let number = |numero| Numero { anno: 2026, numero };
        assert_eq!(found.pratiche.iter().map(|pratica| pratica.numero).collect::<Vec<_>>(), [number(1), number(2)]);
        assert_eq!(found.pratiche[0].protocollo, None);
        assert_eq!(found.pratiche[1].protocollo, Some(("AOO".to_owned(), number(7))));
        assert_eq!(found.protocolli.iter().map(|own| own.incoming).collect::<Vec<_>>(), [true, false]);
        let message = NotificaFound { bozza: "0b".to_owned(), message_id: "m@x".to_owned(), sent: true };
        assert_eq!((found.notifiche, found.ricevute), (vec![message], vec!["0b".to_owned()]));
        assert_eq!((found.jobs_open, found.jobs_failed), (2, 1));
        assert_eq!(found.damage, Vec::<String>::new());
    }
}
