//! Opening a cart on the payment site: for a parent, and for somebody at the public door.
//!
//! The attempt is written first, then the payment site is asked outside of any transaction, then the attempt gets the
//! address. The same form sent again leads to the same place, and so does a cart that nobody has left yet.

use chrono::{DateTime, TimeDelta, Utc};
use sportello_domain::{
    avviso::NumeroAvviso,
    id::{EnteId, PersonaId, PosizioneId, TentativoId},
};
use sportello_store::{
    Tx, audit,
    audit::AuditRow,
    posizione,
    tentativo::{self, NewTentativo, TentativoRow, TentativoStatus},
};

use super::{MAX_IN_CART, PaymentSite, Return};
use crate::{
    Ctx, Error, Portal, Result,
    checkout::{Cart, CartNotice, CheckoutError, ReturnAddresses},
    clock::is_secret,
    error::Reason,
    nodo,
};

/// How long the receipt of an attempt is awaited before the same debt may be tried again.
const AWAITED: TimeDelta = TimeDelta::minutes(15);
/// How long a cart that nobody came back from is used again: the payment site keeps carts about ten minutes.
const CART_KEPT: TimeDelta = TimeDelta::minutes(9);

/// Whether the receipt of an attempt that came back at this instant is still awaited.
pub(crate) fn is_awaited(since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    since.is_some_and(|since| now < since + AWAITED)
}

/// The word of a way back in addresses and in the database.
pub(crate) const fn word(way: Return) -> &'static str {
    match way {
        Return::Ok => "ok",
        Return::Cancel => "annullato",
        Return::Error => "errore",
        Return::Waiting => "attesa",
    }
}

/// Notes how the browser came back. What succeeded stays so; a receipt that is awaited stays so too.
pub(crate) async fn note_return(
    tx: &mut Tx,
    ente: EnteId,
    id: TentativoId,
    way: Return,
    now: DateTime<Utc>,
) -> sportello_store::Result<()> {
    let status = match way {
        Return::Ok | Return::Waiting => TentativoStatus::Awaited,
        Return::Cancel => TentativoStatus::Cancelled,
        Return::Error => TentativoStatus::Failed,
    };
    tentativo::returned(tx, ente, id, status, word(way), now).await?;
    Ok(())
}

/// What somebody wants to pay.
pub(crate) struct Wanted {
    /// Who, when they signed in: then every debt must be theirs.
    pub(crate) persona: Option<PersonaId>,
    /// The debts, one to five.
    pub(crate) debts: Vec<PosizioneId>,
    /// Idempotency key of the form.
    pub(crate) key: String,
    /// Where the payment site may write to.
    pub(crate) email: Option<String>,
}

/// Opens a cart, or leads to the one that is open. `back` gives the address of an attempt for each way back.
///
/// # Errors
/// [`Error::NotFound`] for a debt of somebody else, [`Error::NotAllowedNow`] for one that cannot be paid now or whose
/// receipt is awaited, [`Error::KeyReused`] for a key of another form, [`Error::Elsewhere`] when the payment site does not
/// open the cart.
pub(crate) async fn open(
    portal: &Portal,
    ctx: &Ctx,
    mut wanted: Wanted,
    back: impl Fn(TentativoId, &'static str) -> String,
) -> Result<PaymentSite> {
    wanted.debts.sort_unstable();
    wanted.debts.dedup();
    if wanted.debts.is_empty() || wanted.debts.len() > MAX_IN_CART {
        return Err(Error::Unacceptable("the choice of debts"));
    }
    if !is_secret(&wanted.key) {
        return Err(Error::Unacceptable("the key of the form"));
    }
    let email = wanted.email.take();
    let (row, notices) = match begin(portal, ctx, wanted).await? {
        Begun::There(site) => return Ok(site),
        Begun::Cart(row, notices) => (*row, notices),
    };
    let address = |way| back(row.id, word(way));
    let cart = Cart {
        id_cart: row.id_cart.clone(),
        email,
        notices,
        back: ReturnAddresses {
            ok: address(Return::Ok),
            cancel: address(Return::Cancel),
            error: address(Return::Error),
            waiting: address(Return::Waiting),
        },
    };
    let opened = match portal.checkout() {
        Some(site) => site.open(cart).await,
        None => Err(CheckoutError::Unavailable("no payment site is set".into())),
    };
    settle(portal, ctx, row.id, opened).await
}

/// What a wish leads to.
enum Begun {
    /// A cart that is open.
    There(PaymentSite),
    /// A cart to open.
    Cart(Box<TentativoRow>, Vec<CartNotice>),
}

async fn begin(portal: &Portal, ctx: &Ctx, wanted: Wanted) -> Result<Begun> {
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let id = TentativoId::new(portal.chance().uuid(now));
    let id_cart = hex::encode(portal.chance().bytes::<16>());
    let settings = &ctx.ente.settings;
    let (ente_codice_fiscale, ente_name) = (settings.codice_fiscale.clone(), settings.name.clone());
    let note = ctx.note(portal, "tentativo.begin", "tentativo_pagamento", Some(id.uuid()));
    let begun = portal
        .store()
        .write(ente, async move |tx| {
            let notices = notices(tx, ente, &wanted, now, (&ente_codice_fiscale, &ente_name)).await?;
            if let Some(known) = known(tx, ente, &wanted, &notices, now).await? {
                return Ok(match known.site_url {
                    Some(url) => Begun::There(PaymentSite(url)),
                    None => Begun::Cart(Box::new(known), notices),
                });
            }
            let amounts = notices.iter().map(|notice| notice.amount.cents());
            let new = NewTentativo {
                id,
                id_cart,
                chiave: wanted.key.clone(),
                persona_id: wanted.persona,
                posizioni: wanted.debts.iter().copied().zip(amounts).collect(),
                created_at: now,
            };
            write(tx, ente, &new, &note).await?;
            let row = tentativo::by_id(tx, ente, id).await?.ok_or(sportello_store::Error::NotFound)?;
            Ok(Begun::Cart(Box::new(row), notices))
        })
        .await?;
    Ok(begun)
}

async fn write(tx: &mut Tx, ente: EnteId, new: &NewTentativo, note: &AuditRow) -> sportello_store::Result<()> {
    tentativo::begin(tx, ente, new).await?;
    audit::record(tx, ente, note).await
}

/// The notices of the debts with their present amounts.
async fn notices(
    tx: &mut Tx,
    ente: EnteId,
    wanted: &Wanted,
    now: DateTime<Utc>,
    (ente_codice_fiscale, ente_name): (&str, &str),
) -> sportello_store::Result<Vec<CartNotice>> {
    let mut notices = Vec::with_capacity(wanted.debts.len());
    for debt in &wanted.debts {
        let row = posizione::by_id(tx, ente, *debt).await?.ok_or_else(|| Reason::NotFound.refuse())?;
        if wanted.persona.is_some() && row.persona_id != wanted.persona {
            return Err(Reason::NotFound.refuse());
        }
        let awaited = tentativo::awaited_since(tx, ente, *debt).await?;
        let numero = row.codice_avviso.as_deref().and_then(|text| NumeroAvviso::parse(text).ok());
        let (Ok(owed), Some(numero), false) = (nodo::owed(&row), numero, is_awaited(awaited, now)) else {
            return Err(Reason::NotAllowedNow.refuse());
        };
        notices.push(CartNotice {
            numero,
            ente_codice_fiscale: ente_codice_fiscale.to_owned(),
            ente_name: ente_name.to_owned(),
            amount: owed.amount,
            causale: owed.causale,
        });
    }
    Ok(notices)
}

/// The attempt that this key began, or the cart of the same person, debts and amounts that nobody came back from.
async fn known(
    tx: &mut Tx,
    ente: EnteId,
    wanted: &Wanted,
    notices: &[CartNotice],
    now: DateTime<Utc>,
) -> sportello_store::Result<Option<TentativoRow>> {
    let same_debts = async |tx: &mut Tx, row: &TentativoRow| {
        let debts = tentativo::debts(tx, ente, row.id).await?;
        let mut now: Vec<_> = wanted.debts.iter().copied().zip(notices.iter().map(|one| one.amount.cents())).collect();
        now.sort_unstable();
        let mut then = debts;
        then.sort_unstable();
        sportello_store::Result::Ok(row.persona_id == wanted.persona && then == now)
    };
    if let Some(row) = tentativo::by_key(tx, ente, &wanted.key).await? {
        if !same_debts(tx, &row).await? {
            return Err(Reason::KeyReused.refuse());
        }
        // One that was decided is over: its form begins nothing more.
        let open = row.status == TentativoStatus::Open;
        return if open { Ok(Some(row)) } else { Err(Reason::NotAllowedNow.refuse()) };
    }
    let Some(first) = wanted.debts.first() else { return Ok(None) };
    let last = tentativo::last_of(tx, ente, *first).await?;
    let usable = last.filter(|row| {
        row.status == TentativoStatus::Open && row.site_url.is_some() && now < row.created_at + CART_KEPT
    });
    match usable {
        Some(row) if same_debts(tx, &row).await? => Ok(Some(row)),
        _ => Ok(None),
    }
}

/// Writes down what the payment site said.
async fn settle(
    portal: &Portal,
    ctx: &Ctx,
    id: TentativoId,
    opened: std::result::Result<String, CheckoutError>,
) -> Result<PaymentSite> {
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    match opened {
        Ok(url) => {
            let kept = url.clone();
            portal.store().write(ente, async move |tx| tentativo::sent_to(tx, ente, id, &kept).await).await?;
            Ok(PaymentSite(url))
        }
        Err(error) => {
            tracing::warn!(
                ente = %ente, tentativo = %id, error = &error as &dyn std::error::Error, "no cart was opened"
            );
            portal.store().write(ente, async move |tx| tentativo::refused(tx, ente, id, now).await).await?;
            Err(match error {
                CheckoutError::NotPayable(_) => Error::NotAllowedNow,
                CheckoutError::Unavailable(_) => Error::Elsewhere("the payment site"),
            })
        }
    }
}
