//! What is held of a person beside their pratiche: contacts, children, enrolments, deleghe, drafts, sessions; and what was
//! charged and paid.

use serde_json::{Value, json};
use sportello_domain::{
    euro::Euro,
    fatturazione::document_number,
    id::{EnteId, PersonaId},
};
use sportello_store::{
    alunno, bozza, debito, delega,
    documento_contabile::{self as documento, DocumentoContabileRow},
    incasso, iscrizione,
    persona::PersonaRow,
    residenza,
    session::{self, SessionKind},
};

use crate::{Portal, Result, session::Audience};

/// The person and what hangs on them.
pub(super) async fn value(portal: &Portal, ente: EnteId, persona: &PersonaRow) -> Result<Value> {
    let (id, code, now) = (persona.id, persona.codice_fiscale.clone(), portal.clock().now());
    let idle_since = now - Audience::Cittadino.limits().idle;
    let (children, enrolments, (given, received), homes, drafts, sessions) = portal
        .store()
        .read(ente, async move |read| {
            Ok((
                alunno::famiglia(read, ente, id).await?,
                iscrizione::own(read, ente, id).await?,
                (delega::given(read, ente, id).await?, delega::received(read, ente, &code).await?),
                residenza::of_persona(read, ente, id).await?,
                bozza::list(read, ente, id).await?,
                session::open(read, ente, (id, [SessionKind::Cittadino; 2]), now, idle_since).await?,
            ))
        })
        .await?;
    let figlio = |row: &alunno::FamigliaRow| {
        json!({ "codice_fiscale": row.codice_fiscale, "nome": row.nome, "cognome": row.cognome, "nascita": row.nascita,
            "plesso": row.plesso, "classe": row.classe })
    };
    let enrolment = |row: &iscrizione::OwnIscrizioneRow| {
        json!({ "servizio": row.servizio, "anno_scolastico": row.anno_scolastico.to_string(), "nome": row.nome,
            "cognome": row.cognome })
    };
    let delega = |row: &delega::DelegaRow| {
        json!({ "titolare": format!("{} {}", row.titolare_nome, row.titolare_cognome),
            "delegato": row.delegato_codice_fiscale, "ambito": row.ambito.stored(), "dal": row.dal, "al": row.al,
            "stato": row.status.stored() })
    };
    Ok(json!({
        "codice_fiscale": persona.codice_fiscale,
        "nome": persona.nome,
        "cognome": persona.cognome,
        "nascita": persona.nascita,
        "luogo_nascita": persona.luogo_nascita,
        "email": persona.email,
        "cellulare": persona.cellulare,
        "residenze": homes.iter().map(|row| json!({ "dal": row.dal, "comune": row.comune, "indirizzo": row.indirizzo,
            "cap": row.cap })).collect::<Vec<_>>(),
        "figli": children.iter().map(figlio).collect::<Vec<_>>(),
        "iscrizioni": enrolments.iter().map(enrolment).collect::<Vec<_>>(),
        "deleghe_date": given.iter().map(delega).collect::<Vec<_>>(),
        "deleghe_ricevute": received.iter().map(delega).collect::<Vec<_>>(),
        "bozze": drafts.iter().map(|row| json!({ "modello": row.modello, "salvata_il": row.updated_at })).collect::<Vec<_>>(),
        "accessi_aperti": sessions.iter().map(|row| json!({ "dal": row.created_at, "ultimo_uso": row.last_seen_at,
            "con": row.scheme.stored(), "browser": row.browser })).collect::<Vec<_>>(),
    }))
}

/// Invoices and credit notes, the debts behind them and what came for each.
pub(super) async fn documents(portal: &Portal, ente: EnteId, persona: PersonaId) -> Result<Value> {
    let (documents, debts) = portal
        .store()
        .report(ente, async move |read| {
            let mut documents: Vec<DocumentoContabileRow> = Vec::new();
            for child in documento::children(read, ente, persona).await? {
                documents.extend(documento::of_child(read, ente, persona, child.alunno_id).await?);
            }
            let mut debts = Vec::new();
            for debt in debito::of_person(read, ente, persona).await? {
                let payments = incasso::of_debt(read, ente, debt.id).await?;
                debts.push((debt, payments));
            }
            Ok((documents, debts))
        })
        .await?;
    let euro = |cents: i64| Euro::from_cents(cents).plain();
    let document = |row: &DocumentoContabileRow| {
        json!({ "tipo": row.kind.stored(), "numero": document_number(row.numero, &row.serie, row.anno),
            "emesso_il": row.emesso_il, "scadenza": row.scadenza, "mese": row.periodo.first_day(),
            "totale": euro(row.total_cents), "righe": row.righe.0 })
    };
    let debt = |(row, payments): &(debito::DebitoRow, Vec<incasso::IncassoRow>)| {
        json!({ "causale": row.causale, "importo": euro(row.amount_cents), "scadenza": row.scadenza,
            "stato": row.status.stored(), "avviso": row.codice_avviso,
            "pagamenti": payments.iter().map(|line| json!({ "il": line.value_date, "importo": euro(line.amount_cents),
                "mezzo": line.mezzo.stored() })).collect::<Vec<_>>() })
    };
    Ok(json!({
        "documenti": documents.iter().map(document).collect::<Vec<_>>(),
        "debiti": debts.iter().map(debt).collect::<Vec<_>>(),
    }))
}
