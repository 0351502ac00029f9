//! The writes of an INVIA that need no answer.

use sportello_domain::{id::EnteId, pratica::PraticaStatus};

use super::{ALLEGATO, Awaited, CLOSE, Invio, NewPratica, PRATICA, Register};
use crate::{bind::Bind, binds, flight::Write, protocollo::ProtocolloRow};

/// What stands in the place of a protocol number that is not known yet.
const NO_TEXT: &dyn Bind = &None::<String>;
const NO_NUMBER: &dyn Bind = &None::<i64>;

/// Everything that needs no answer, in the order that foreign keys ask for.
pub(super) fn all<'a>(
    ente: &'a EnteId,
    invio: &'a Invio,
    numeri: &'a [i64],
    registered: Option<&'a ProtocolloRow>,
    awaited: Option<&'a Awaited<'a>>,
) -> Vec<Write<'a>> {
    let close = binds![*ente, invio.bozza_id, invio.persona_id, invio.revision, invio.received_at];
    let mut writes = vec![Write::new(CLOSE, close)];
    writes.extend(registered.map(|row| row.write(ente)));
    writes.extend(awaited.map(|awaited| awaited.row.write(ente)));
    writes.extend(awaited.and_then(|awaited| awaited.job).map(|job| job.write(ente)));
    let numbered = invio.pratiche.iter().zip(numeri);
    writes.extend(numbered.map(|(new, numero)| pratica(ente, invio, new, numero, registered)));
    let numbered = invio.pratiche.iter().zip(numeri);
    writes.extend(numbered.filter_map(|(new, numero)| Some(new.punti.as_ref()?.write(ente, invio, new, numero))));
    writes.extend(invio.steps.iter().map(|step| step.write(ente)));
    writes.extend(invio.allegati.iter().map(|(to, file)| Write::new(ALLEGATO, binds![*ente, *to, *file])));
    writes.extend(invio.notifiche.iter().map(|row| row.write(ente)));
    writes.extend(invio.jobs.iter().map(|job| job.write(ente)));
    writes.extend(invio.audit.iter().map(|row| row.write(ente)));
    writes.push(invio.answer.write(ente));
    writes
}

/// The state in which a pratica begins.
fn status(invio: &Invio) -> &'static PraticaStatus {
    match invio.registrazione.register {
        Register::Internal { .. } => &const { PraticaStatus::at_filing(true) },
        Register::External { .. } => &const { PraticaStatus::at_filing(false) },
    }
}

fn pratica<'a>(
    ente: &'a EnteId,
    invio: &'a Invio,
    new: &'a NewPratica,
    numero: &'a i64,
    registered: Option<&'a ProtocolloRow>,
) -> Write<'a> {
    let (aoo, anno, protocollo) = match registered {
        Some(row) => (&row.aoo as _, &row.anno as _, &row.numero as _),
        None => (NO_TEXT, NO_NUMBER, NO_NUMBER),
    };
    let mut write = Write::new(
        PRATICA,
        binds![
            *ente,
            new.id,
            invio.anno,
            *numero,
            invio.bozza_id,
            new.row_id,
            invio.modello,
            invio.modello_version,
            invio.hash,
            invio.persona_id,
            new.alunno,
            new.search_key,
            new.alunno_codice_fiscale,
            new.servizio,
            invio.anno_scolastico,
            new.contested,
            *status(invio),
            new.answers,
            new.sealed_answers
        ],
    );
    write.binds.extend([aoo, anno, protocollo, &invio.received_at, &invio.due_on, &new.plesso]);
    write
}
