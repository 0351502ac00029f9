//! The printed notice of a debt, made when somebody asks for it: its amount is that of the moment.

use std::sync::Arc;

use sportello_documents::avviso::{Avviso, Creditore, Debitore, avviso};
use sportello_domain::{avviso::NumeroAvviso, id::PosizioneId, riscossione::Riscossione};
use sportello_store::posizione::{self, PosizioneRow};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    Ctx, Error, Portal, Result,
    bozza::Download,
    nodo::{self, Debtor},
};

/// Notices that are set at once: each takes a core, and pages are to be served meanwhile.
const AT_ONCE: usize = 2;
/// Notices that are set or wait for it.
const WAITING: usize = 32;

/// Who may have a notice set, or another document that is made when it is asked for. Anybody with a link may ask for a notice,
/// as often as they like: whoever comes when too many wait is told to come again.
pub(crate) struct Press {
    waiting: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

impl Default for Press {
    fn default() -> Self {
        Self { waiting: Arc::new(Semaphore::new(WAITING)), working: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Press {
    /// Waits for its turn. What comes back is kept until the notice is set, also when nobody waits for it any more.
    pub(crate) async fn turn(&self) -> Result<[OwnedSemaphorePermit; 2]> {
        let waiting = self.waiting.clone().try_acquire_owned().map_err(|_| Error::Busy)?;
        let working = self.working.clone().acquire_owned().await;
        Ok([waiting, working.map_err(|error| Error::failed("waiting for the press", error))?])
    }
}

/// The notice of a debt as PDF, when `is_theirs` says that the caller may have it.
///
/// # Errors
/// [`Error::NotFound`] for a debt that is not theirs, [`Error::NotAllowedNow`] for one that cannot be paid with a notice
/// now, [`Error::Busy`] when too many notices are asked for.
pub(crate) async fn pdf(
    portal: &Portal,
    ctx: &Ctx,
    debt: PosizioneId,
    is_theirs: impl Fn(&PosizioneRow) -> bool,
) -> Result<Download> {
    let ente = ctx.ente_id();
    let found = portal
        .store()
        .read(ente, async move |read| {
            let row = posizione::by_id(read, ente, debt).await?;
            Ok(row.zip(Debtor::read(read, ente, debt).await?))
        })
        .await?;
    let (row, debtor) = found.filter(|(row, _)| is_theirs(row)).ok_or(Error::NotFound)?;
    let riscossione = ctx.ente.settings.riscossione.as_ref().ok_or(Error::NotAllowedNow)?;
    let (codice_fiscale, name) = debtor.name(&portal.sealer(ente).await?)?;
    let debitore = Debitore { name, codice_fiscale, address: Vec::new() };
    let notice = describe(portal, ctx, riscossione, &row, debitore)?;
    let (numero, typesetter, turn) = (notice.numero.clone(), portal.clone(), portal.press().turn().await?);
    // Setting it takes long: not on a thread that serves pages.
    let set = move || {
        let pdf = avviso(typesetter.typesetter(), &notice);
        drop(turn);
        pdf
    };
    let pdf = tokio::task::spawn_blocking(set)
        .await
        .map_err(|error| Error::failed("setting a notice", error))?
        .map_err(|error| Error::failed("setting a notice", error))?;
    Ok(Download {
        name: format!("avviso-{numero}.pdf"),
        media_type: "application/pdf".to_owned(),
        content: pdf.bytes.into(),
    })
}

/// What stands in the notice.
fn describe(
    portal: &Portal,
    ctx: &Ctx,
    riscossione: &Riscossione,
    row: &PosizioneRow,
    debitore: Debitore,
) -> Result<Avviso> {
    let owed = nodo::owed(row).map_err(|_| Error::NotAllowedNow)?;
    let numero = row.codice_avviso.as_deref().and_then(|text| NumeroAvviso::parse(text).ok());
    let settings = &ctx.ente.settings;
    let door = portal.addressing().payment_door(&ctx.ente, "");
    Ok(Avviso {
        ente: Creditore {
            name: settings.name.clone(),
            codice_fiscale: settings.codice_fiscale.clone(),
            sector: Some(settings.office.name.clone()),
            info: Some(format!("{} - {}", settings.office.phone, settings.office.email)),
            cbill: Some(riscossione.cbill.clone()),
            crest_svg: None,
        },
        debitore,
        subject: owed.causale,
        amount: owed.amount,
        due_on: owed.due_on,
        numero: numero.ok_or(Error::NotAllowedNow)?,
        site: door.split_once("://").map_or(door.clone(), |(_, rest)| rest.to_owned()),
        demo: settings.demo,
        created: portal.clock().now(),
    })
}
