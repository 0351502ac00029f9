//! The printed notice of a debt, made when somebody asks for it: its amount is that of the moment.

use sportello_documents::avviso::{Avviso, Creditore, Debitore, avviso};
use sportello_domain::{avviso::NumeroAvviso, id::PosizioneId, riscossione::Riscossione};
use sportello_store::posizione::{self, PosizioneRow};

use crate::{
    Ctx, Error, Portal, Result,
    bozza::Download,
    nodo::{self, Debtor},
};

/// The notice of a debt as PDF, when `is_theirs` says that the caller may have it.
///
/// # Errors
/// [`Error::NotFound`] for a debt that is not theirs, [`Error::NotAllowedNow`] for one that cannot be paid with a notice now.
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
    let (numero, typesetter) = (notice.numero.clone(), portal.clone());
    // Setting it takes long: not on a thread that serves pages.
    let pdf = tokio::task::spawn_blocking(move || avviso(typesetter.typesetter(), &notice))
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
