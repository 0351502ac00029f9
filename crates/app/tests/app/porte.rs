//! The doors beside that of SPID: CIE and the Italian node of eIDAS, each open or closed at an ente.

use std::sync::Arc;

use sportello_app::{
    Ctx,
    accesso::{self, Browser, IdentityScheme, SignInFailure, SignedIn},
    session::Audience,
    testing::{App, Gestore, each},
};
use sportello_domain::ente::Ente;

const CIE: IdentityScheme = IdentityScheme::Cie;
const EIDAS: IdentityScheme = IdentityScheme::Eidas;

/// Nobody at the ente of the test, with these doors open.
fn at(app: &App, doors: &[IdentityScheme]) -> Ctx {
    let mut ente = Ente::clone(&app.ente);
    ente.settings.accesso.cie = doors.contains(&CIE);
    ente.settings.accesso.eidas = doors.contains(&EIDAS);
    ente.settings.accesso.belfiore = Some("A794".into());
    Ctx { ente: Arc::new(ente), ..app.nobody(&app.ente) }
}

/// Signs in with only these attributes, and `change` made to the answer before it is signed.
async fn sign_in(app: &App, ctx: &Ctx, gestore: &Gestore, attributes: &[&str]) -> Result<SignedIn, SignInFailure> {
    let form = gestore.start(app, ctx, Audience::Cittadino, None).await;
    let request = gestore.receive(app, ctx, &form).await;
    let mut draft = gestore.draft(app, &request, "Rossi");
    draft.attributes.retain(|(name, _)| attributes.contains(&name.as_str()));
    accesso::complete(&app.portal, ctx, &gestore.sign(&draft), Some(&form.prelogin)).await
}

const PERSON: [&str; 4] = ["fiscalNumber", "name", "familyName", "dateOfBirth"];

#[tokio::test]
async fn a_person_is_the_codice_fiscale_whatever_the_door() {
    each(async |app| {
        let ctx = at(app, &[CIE, EIDAS]);
        let spid = Gestore::trusted(app, "a").await;
        spid.sign_in(app, &ctx, Audience::Cittadino, "Rossi").await.unwrap();
        for scheme in [CIE, EIDAS] {
            let gestore = Gestore::trusted_as(app, scheme.stored(), scheme).await;
            sign_in(app, &ctx, &gestore, &PERSON).await.unwrap();
        }
        let people = super::common::count(app, "SELECT count(*) FROM persona WHERE ente_id = $1 AND cognome = 'Rossi'");
        assert_eq!(people.await, 1);
    })
    .await;
}

#[tokio::test]
async fn who_has_no_italian_number_is_told_of_the_desk() {
    each(async |app| {
        let ctx = at(app, &[EIDAS]);
        let node = Gestore::trusted_as(app, "nodo", EIDAS).await;
        let outcome = sign_in(app, &ctx, &node, &["name", "familyName", "dateOfBirth"]).await;
        assert!(matches!(outcome, Err(SignInFailure::NoCodiceFiscale(_))), "{outcome:?}");
        // The office has no such door.
        let (id, browser) = (node.entity_id(), Browser::default());
        let start = accesso::start(&app.portal, &ctx, Audience::Ufficio, id, "/ufficio", &browser).await;
        assert!(matches!(start, Err(sportello_app::Error::NotFound)), "{start:?}");
    })
    .await;
}

#[tokio::test]
async fn a_closed_door_offers_nothing_and_takes_nothing() {
    each(async |app| {
        let (open, closed) = (at(app, &[CIE, EIDAS]), at(app, &[]));
        for scheme in [CIE, EIDAS] {
            let gestore = Gestore::trusted_as(app, scheme.stored(), scheme).await;
            let offered = async |ctx: &Ctx| accesso::providers(&app.portal, ctx, scheme).await.unwrap().len();
            assert_eq!((offered(&open).await, offered(&closed).await), (1, 0));
            assert_eq!(accesso::providers(&app.portal, &open, IdentityScheme::Spid).await.unwrap(), []);
            let browser = Browser::default();
            let start = accesso::start(&app.portal, &closed, Audience::Cittadino, gestore.entity_id(), "/", &browser);
            assert!(matches!(start.await, Err(sportello_app::Error::NotFound)));
            // The door is closed while somebody is on the way.
            let form = gestore.start(app, &open, Audience::Cittadino, None).await;
            let request = gestore.receive(app, &open, &form).await;
            let answer = gestore.sign(&gestore.draft(app, &request, "Rossi"));
            let complete = async |ctx: &Ctx| accesso::complete(&app.portal, ctx, &answer, Some(&form.prelogin)).await;
            let outcome = complete(&closed).await;
            assert!(matches!(outcome, Err(SignInFailure::Refused(_))), "{outcome:?}");
            complete(&open).await.expect("the same answer at the open door");
        }
        let metadata = accesso::metadata(&app.portal, &closed, CIE).await;
        assert!(matches!(metadata, Err(sportello_app::Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn the_key_of_one_scheme_says_nothing_in_another() {
    each(async |app| {
        let ctx = at(app, &[CIE]);
        let spid = Gestore::trusted(app, "a").await;
        let cie = Gestore::trusted_as(app, "b", CIE).await;
        let form = cie.start(app, &ctx, Audience::Cittadino, None).await;
        let request = cie.receive(app, &ctx, &form).await;
        // A provider of SPID answers a request to CIE, under its own name and under that of CIE.
        let mut own = spid.draft(app, &request, "Rossi");
        let mut other = own.clone();
        own.issuer = spid.entity_id().to_owned();
        other.issuer = cie.entity_id().to_owned();
        for draft in [own, other] {
            let outcome = accesso::complete(&app.portal, &ctx, &spid.sign(&draft), Some(&form.prelogin)).await;
            assert!(matches!(outcome, Err(SignInFailure::Refused(_))), "{outcome:?}");
        }
        // The untouched twin of the provider that was asked.
        let right = cie.sign(&cie.draft(app, &request, "Rossi"));
        accesso::complete(&app.portal, &ctx, &right, Some(&form.prelogin)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_new_key_signs_once_it_is_used_and_every_node_follows() {
    let database = sportello_store::testing::TestDatabase::sqlite().await;
    let app = App::on(&database, true).await;
    let ctx = at(&app, &[]);
    let node = app.restarted(&database, true).await;
    let metadata = async |portal| accesso::metadata(portal, &ctx, IdentityScheme::Spid).await.unwrap();
    let count = |xml: &str| xml.matches("<md:KeyDescriptor").count();
    let first = metadata(&app.portal).await;
    assert_eq!((count(&first), &metadata(&node).await), (1, &first));

    let version = accesso::add_key(&app.portal, &ctx).await.unwrap();
    let both = metadata(&node).await;
    assert_eq!((version, count(&both)), (2, 2));
    accesso::use_key(&app.portal, &ctx, 2).await.unwrap();
    let rolled = metadata(&node).await;
    assert_eq!(count(&rolled), 2);
    assert_ne!(rolled, both, "the other key signs");
    let refused = accesso::retire_key(&app.portal, &ctx, 2).await;
    assert!(matches!(refused, Err(sportello_app::Error::NotFound)), "the key that signs stays: {refused:?}");
    accesso::retire_key(&app.portal, &ctx, 1).await.unwrap();
    assert_eq!(count(&metadata(&node).await), 1);
    let gone = accesso::use_key(&app.portal, &ctx, 1).await;
    assert!(matches!(gone, Err(sportello_app::Error::NotFound)), "{gone:?}");
}
