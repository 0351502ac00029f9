//! The payment door, open to everybody: a payment without a notice, and a notice that somebody holds (guide, G14).
//!
//! Nothing here tells whether a person has debts. What was begun is found again only by an unguessable link with an end.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use sportello_domain::{
    avviso::NumeroAvviso,
    calendar,
    euro::Euro,
    fatturazione::Modalita,
    id::{PagamentoSpontaneoId, PosizioneId},
    lingua::Lingua,
    posizione::PosizioneStatus,
    riscossione::Riscossione,
    spontaneo::{Campo, Modulo, Richiesta},
    testo,
};
use sportello_store::{
    Json, audit,
    posizione::{self, PosizioneRow},
    ricevuta::RicevutaRow,
    seal::{EnteSealer, Place, Sealed},
    spontaneo::{self as row, MatchState, PagamentoRow},
    tentativo::{self, TentativoRow, TentativoStatus},
};

use crate::{
    Ctx, Error, Portal, Result,
    allowance::Kind,
    avviso,
    bozza::Download,
    clock::is_secret,
    error::Reason,
    nodo::Debtor,
    numero_avviso,
    pagamenti::{
        Outcome, PaymentSite, Return, Ricevuta,
        cart::{self, Wanted},
        first_receipt, shown,
    },
};

/// How long the link of a payment opens its page after the due day.
pub(crate) const LINK_KEPT: TimeDelta = TimeDelta::days(30);
/// How long the link that the holder of a notice gets opens its page.
const NOTICE_LINK_KEPT: TimeDelta = TimeDelta::days(1);

/// The part of a link that opens a payment that was begun: 64 hexadecimal characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(pub String);

/// A payment that was begun, as its page shows it.
#[derive(Clone, Debug)]
pub struct Pagamento {
    /// Who pays, as they wrote it.
    pub nome: String,
    /// First days of the months that are paid; none for a notice.
    pub periodi: Vec<NaiveDate>,
    /// What is paid, in words without names.
    pub causale: String,
    /// The amount.
    pub amount: Euro,
    /// Day by which it is to be paid.
    pub due_on: NaiveDate,
    /// Notice number, in groups of four.
    pub notice: String,
    /// What the last attempt has come to; none while there was no attempt.
    pub outcome: Option<Outcome>,
    /// The receipt, once it is here.
    pub receipt: Option<Ricevuta>,
    /// Last day on which the link opens this page.
    pub until: NaiveDate,
}

/// What came of a form.
#[derive(Clone, Debug)]
pub enum Begun {
    /// It is begun; the link leads to it.
    At(Link),
    /// It has problems, in the order of the page.
    Wrong(Vec<(Campo, sportello_domain::spontaneo::Problem)>),
}

/// What was written at the door, as it is sealed.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Dati {
    pub(crate) richiesta: Richiesta,
    /// The link to its page.
    pub(crate) link: String,
}

impl Dati {
    fn place(id: PagamentoSpontaneoId) -> Place {
        Place::new("pagamento_spontaneo", "sealed_dati", id)
    }

    pub(crate) fn open(sealer: &EnteSealer, row: &PagamentoRow) -> Result<Self> {
        let bytes = sealer.open(&Self::place(row.id), &row.sealed_dati)?;
        serde_json::from_slice(&bytes).map_err(|error| Error::failed("reading a spontaneous payment", error))
    }

    fn seal(&self, sealer: &EnteSealer, id: PagamentoSpontaneoId) -> Result<Sealed> {
        let bytes = serde_json::to_vec(self).map_err(|error| Error::failed("writing a spontaneous payment", error))?;
        Ok(sealer.seal(&Self::place(id), &bytes)?)
    }
}

/// Begins a payment: a debt of its own with a notice, whatever debts there are. The same form again leads to the same page.
///
/// # Errors
/// [`Error::KeyReused`] for a key of another form; [`Error::Busy`] when the same codice fiscale begins too many;
/// [`Error::NotFound`] for an ente that does not collect.
pub async fn begin(portal: &Portal, ctx: &Ctx, modulo: &Modulo, key: &str) -> Result<Begun> {
    let riscossione = ctx.ente.settings.riscossione.as_ref().ok_or(Error::NotFound)?;
    let now = portal.clock().now();
    if !is_secret(key) {
        return Err(Error::Unacceptable("the key of the form"));
    }
    let richiesta = match modulo.check(calendar::legal_date(now)) {
        Ok(richiesta) => richiesta,
        Err(problems) => return Ok(Begun::Wrong(problems)),
    };
    if let Some(link) = begun_before(portal, ctx, key, &richiesta).await? {
        return Ok(Begun::At(link));
    }
    if !portal.allowance().take(ctx.ente_id(), Kind::Begin, &richiesta.cf, now) {
        return Err(Error::Busy);
    }
    match write(portal, ctx, riscossione, key, &richiesta).await {
        // A twin of the form was quicker.
        Err(Error::KeyReused) => begun_before(portal, ctx, key, &richiesta).await?.map(Begun::At).ok_or(Error::Stale),
        other => other.map(Begun::At),
    }
}

/// The link of the payment that this key began; an error when it began another one.
async fn begun_before(portal: &Portal, ctx: &Ctx, key: &str, richiesta: &Richiesta) -> Result<Option<Link>> {
    let (ente, key) = (ctx.ente_id(), key.to_owned());
    let known = portal.store().read(ente, async move |read| row::by_key(read, ente, &key).await).await?;
    let Some(known) = known else { return Ok(None) };
    let dati = Dati::open(&portal.sealer(ente).await?, &known)?;
    if dati.richiesta == *richiesta { Ok(Some(Link(dati.link))) } else { Err(Error::KeyReused) }
}

async fn write(
    portal: &Portal,
    ctx: &Ctx,
    riscossione: &Riscossione,
    key: &str,
    richiesta: &Richiesta,
) -> Result<Link> {
    let (ente, now, chance) = (ctx.ente_id(), portal.clock().now(), portal.chance());
    let today = calendar::legal_date(now);
    let id = PagamentoSpontaneoId::new(chance.uuid(now));
    let dati = Dati { richiesta: richiesta.clone(), link: chance.secret() };
    let debt = PosizioneRow {
        id: PosizioneId::new(chance.uuid(now)),
        documento_id: None,
        persona_id: None,
        alunno_id: None,
        causale: causale(richiesta),
        amount_cents: richiesta.importo.cents(),
        settled_cents: 0,
        scadenza: today + Days::new(u64::from(riscossione.giorni_scadenza)),
        modalita: Modalita::PagoPa,
        status: PosizioneStatus::Open,
        codice_avviso: None,
        tassonomia: riscossione.tassonomia.clone(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let pagamento = PagamentoRow {
        id,
        posizione_id: debt.id,
        chiave: key.to_owned(),
        sealed_dati: dati.seal(&portal.sealer(ente).await?, id)?,
        periodi: Json(richiesta.periodi.clone()),
        struttura: richiesta.struttura.stored().to_owned(),
        match_state: MatchState::Unpaid,
        created_at: now,
    };
    let (until, hash) = (debt.scadenza + LINK_KEPT, hash(&dati.link));
    let note = ctx.note(portal, "spontaneo.begin", "pagamento_spontaneo", Some(id.uuid()));
    let riscossione = riscossione.clone();
    let written = portal
        .store()
        .write(ente, async move |tx| {
            if row::by_key(tx, ente, &pagamento.chiave).await?.is_some() {
                return Err(Reason::KeyReused.refuse());
            }
            let numero = numero_avviso::next(tx, ente, &riscossione).await?;
            let debt = PosizioneRow { codice_avviso: Some(numero.into()), ..debt };
            posizione::add(tx, ente, &debt).await?;
            row::add(tx, ente, &pagamento).await?;
            row::add_link(tx, ente, &hash, debt.id, until, now).await?;
            audit::record(tx, ente, &note).await
        })
        .await;
    written?;
    Ok(Link(dati.link))
}

/// What is paid, in words without names.
fn causale(richiesta: &Richiesta) -> String {
    let month = |day: &NaiveDate| testo::month(*day, Lingua::It);
    let months: Vec<String> = richiesta.periodi.iter().map(month).collect();
    let months = match (months.first(), months.last()) {
        (Some(first), Some(last)) if months.len() > 3 => format!("{} mesi da {first} a {last}", months.len()),
        _ => months.join(", "),
    };
    format!("Mensa scolastica {months} - pagamento spontaneo")
}

/// SHA-256 of a link: what is kept of it.
fn hash(link: &str) -> Vec<u8> {
    Sha256::digest(link.as_bytes()).to_vec()
}

/// The page of a notice that somebody holds who also knows the codice fiscale of its addressee. Every other pair gets the
/// same answer, and after some wrong ones so does every pair with that codice fiscale for a while.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn by_notice(portal: &Portal, ctx: &Ctx, numero: &NumeroAvviso, codice_fiscale: &str) -> Result<Link> {
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    if !portal.allowance().take(ente, Kind::Look, codice_fiscale, now) {
        return Err(Error::NotFound);
    }
    let wanted = numero.as_str().to_owned();
    let found = portal
        .store()
        .read(ente, async move |read| {
            let debt = posizione::by_notice(read, ente, &wanted).await?;
            let Some(debt) = debt.filter(|debt| debt.status != PosizioneStatus::Cancelled) else { return Ok(None) };
            Ok(Debtor::read(read, ente, debt.id).await?.map(|debtor| (debt.id, debtor)))
        })
        .await?;
    let (debt, debtor) = found.ok_or(Error::NotFound)?;
    let (owner, _) = debtor.name(&portal.sealer(ente).await?)?;
    if owner != codice_fiscale {
        return Err(Error::NotFound);
    }
    let link = portal.chance().secret();
    let (hash, until) = (hash(&link), calendar::legal_date(now) + NOTICE_LINK_KEPT);
    portal.store().write(ente, async move |tx| row::add_link(tx, ente, &hash, debt, until, now).await).await?;
    Ok(Link(link))
}

/// A debt behind a link.
struct Behind {
    debt: PosizioneRow,
    until: NaiveDate,
    debtor: Debtor,
    attempt: Option<TentativoRow>,
    awaited_since: Option<DateTime<Utc>>,
    receipt: Option<RicevutaRow>,
}

/// Opens a link.
async fn behind(portal: &Portal, ctx: &Ctx, link: &Link) -> Result<Behind> {
    let ente = ctx.ente_id();
    let (today, hash) = (calendar::legal_date(portal.clock().now()), hash(&link.0));
    let found = portal
        .store()
        .read(ente, async move |read| {
            let Some((id, until)) = row::linked(read, ente, &hash, today).await? else { return Ok(None) };
            let Some(debt) = posizione::by_id(read, ente, id).await? else { return Ok(None) };
            let Some(debtor) = Debtor::read(read, ente, id).await? else { return Ok(None) };
            Ok(Some(Behind {
                debtor,
                attempt: tentativo::last_of(read, ente, id).await?,
                awaited_since: tentativo::awaited_since(read, ente, id).await?,
                receipt: first_receipt(read, ente, id).await?,
                debt,
                until,
            }))
        })
        .await?;
    found.ok_or(Error::NotFound)
}

/// The page of a payment that was begun, or of a notice.
///
/// # Errors
/// [`Error::NotFound`] for a link that is none, or is over.
pub async fn page(portal: &Portal, ctx: &Ctx, link: &Link) -> Result<Pagamento> {
    let behind = behind(portal, ctx, link).await?;
    let now = portal.clock().now();
    let sealer = portal.sealer(ctx.ente_id()).await?;
    let (nome, periodi) = match &behind.debtor {
        Debtor::Written(row) => (Dati::open(&sealer, row)?.richiesta.nome, row.periodi.0.clone()),
        // What the holder of a notice wrote is the codice fiscale.
        Debtor::Known(row) => (row.codice_fiscale.clone(), Vec::new()),
    };
    let outcome = match (&behind.debt.status, &behind.attempt) {
        (PosizioneStatus::Paid, _) => Some(Outcome::Paid),
        _ if cart::is_awaited(behind.awaited_since, now) => Some(Outcome::BeingVerified),
        (_, Some(attempt)) if attempt.status == TentativoStatus::Failed => Some(Outcome::Failed),
        (_, Some(attempt)) if attempt.status == TentativoStatus::Cancelled => Some(Outcome::Cancelled),
        _ => None,
    };
    let debt = behind.debt;
    let owed = if debt.status == PosizioneStatus::Paid { 0 } else { debt.settled_cents };
    Ok(Pagamento {
        nome,
        periodi,
        causale: debt.causale,
        amount: Euro::from_cents(debt.amount_cents - owed),
        due_on: debt.scadenza,
        notice: testo::grouped(&debt.codice_avviso.unwrap_or_default()),
        outcome,
        receipt: behind.receipt.map(|row| shown(row, None)),
        until: behind.until,
    })
}

/// Opens a cart for the payment behind a link.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotAllowedNow`] for one that is paid or whose receipt is awaited; [`Error::Elsewhere`] when
/// the payment site does not answer.
pub async fn pay(portal: &Portal, ctx: &Ctx, link: &Link, key: &str) -> Result<PaymentSite> {
    let behind = behind(portal, ctx, link).await?;
    let email = match &behind.debtor {
        Debtor::Written(row) => Some(Dati::open(&portal.sealer(ctx.ente_id()).await?, row)?.richiesta.email),
        Debtor::Known(_) => None,
    };
    let wanted = Wanted { persona: None, debts: vec![behind.debt.id], key: key.to_owned(), email };
    let page = portal.addressing().payment_door(&ctx.ente, &format!("/pagamento/{}", link.0));
    cart::open(portal, ctx, wanted, |_, way| format!("{page}?come={way}")).await
}

/// Notes how the browser came back from the payment site. It never makes a debt paid.
///
/// # Errors
/// [`Error::NotFound`] for a link that is none, or is over.
pub async fn returned(portal: &Portal, ctx: &Ctx, link: &Link, way: Return) -> Result<()> {
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    // An attempt that a signed-in person began is theirs.
    let attempt = behind(portal, ctx, link).await?.attempt.filter(|row| row.persona_id.is_none());
    if let Some(attempt) = attempt {
        portal.store().write(ente, async move |tx| cart::note_return(tx, ente, attempt.id, way, now).await).await?;
    }
    Ok(())
}

/// The printed notice of the payment behind a link.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotAllowedNow`] for one that cannot be paid any more.
pub async fn notice(portal: &Portal, ctx: &Ctx, link: &Link) -> Result<Download> {
    let debt = behind(portal, ctx, link).await?.debt.id;
    avviso::pdf(portal, ctx, debt, |_| true).await
}
