//! Single logout both ways: what a provider asks for is done once, what a person asks for is done first here.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use sportello_app::{
    Actor, Ctx,
    accesso::{self, Incoming, Logout, LogoutStatus, MessageField, Parcel},
    session::{self, Audience},
    testing::{App, Gestore, each},
};
use sportello_domain::identita::IdentityScheme::{Cie, Spid};

use super::common::count;

const REFUSED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'logout.refuse'";
const DONE: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'logout.provider'";

/// A signed-in person, as portal and provider know them.
struct Inside {
    token: String,
    name_id: String,
}

impl Inside {
    async fn new(app: &App, gestore: &Gestore, index: Option<&str>) -> Self {
        let ctx = app.nobody(&app.ente);
        let form = gestore.start(app, &ctx, Audience::Cittadino, None).await;
        let request = gestore.receive(app, &ctx, &form).await;
        let mut draft = gestore.draft(app, &request, "Rossi");
        draft.session_index = index.map(str::to_owned);
        let name_id = draft.ids.name_id.clone();
        let done = accesso::complete(&app.portal, &ctx, &gestore.sign(&draft), Some(&form.prelogin)).await.unwrap();
        Self { token: done.token, name_id }
    }

    async fn ctx(&self, app: &App) -> Ctx {
        let actor = session::resume(&app.portal, &app.ente, Audience::Cittadino, &self.token).await.unwrap();
        Ctx { actor, ..app.nobody(&app.ente) }
    }

    async fn lives(&self, app: &App) -> bool {
        matches!(self.ctx(app).await.actor, Actor::Cittadino(_))
    }
}

async fn take(app: &App, incoming: Incoming<'_>) -> Logout {
    accesso::take_logout(&app.portal, &app.nobody(&app.ente), Spid, incoming).await.unwrap()
}

fn posted(message: &str) -> Incoming<'_> {
    Incoming::Post { field: MessageField::Request, message, relay_state: Some("r & s") }
}

#[tokio::test]
async fn a_provider_ends_the_session_that_it_names_once_and_is_answered() {
    each(async |app| {
        let gestore = Gestore::trusted(app, "a").await;
        let (first, second) =
            (Inside::new(app, &gestore, Some("_s1")).await, Inside::new(app, &gestore, Some("_s2")).await);
        let request = gestore.logout_by_post(app, &app.ente, &first.name_id, &["_s1"]);
        let Logout::Answer { parcel: Some(parcel), provider } = take(app, posted(&request)).await else {
            panic!("an answer by the binding of the request")
        };
        assert_eq!(provider, "Gestore a");
        let Parcel::Form { action, field, message, relay_state } = &parcel else { panic!("{parcel:?}") };
        assert_eq!((action.as_str(), *field), ("https://a.idp.example/slo", "SAMLResponse"));
        assert_eq!(relay_state.as_deref(), Some("r & s"));
        let xml = String::from_utf8(STANDARD.decode(message).unwrap()).unwrap();
        assert!(xml.contains("status:Success") && xml.contains("Destination=\"https://a.idp.example/slo\""));
        assert!(!first.lives(app).await && second.lives(app).await, "that session and no other");

        assert_eq!(take(app, posted(&request)).await, Logout::Refused, "the same request again is a replay");
        assert_eq!((count(app, DONE).await, count(app, REFUSED).await), (1, 1));
        let again = gestore.logout_by_post(app, &app.ente, &first.name_id, &["_s1"]);
        assert!(matches!(take(app, posted(&again)).await, Logout::Answer { .. }), "gone already is success");

        let query = gestore.logout_by_redirect(app, &app.ente, &second.name_id, &[]);
        let Logout::Answer { parcel: Some(Parcel::Address(address)), .. } = take(app, Incoming::Redirect(&query)).await
        else {
            panic!("an answer by redirect")
        };
        assert!(address.starts_with("https://a.idp.example/slo?SAMLResponse="), "{address}");
        assert!(!second.lives(app).await, "all sessions of the name");
        assert_eq!(take(app, Incoming::Redirect(&query)).await, Logout::Refused);
    })
    .await;
}

#[tokio::test]
async fn a_message_that_breaks_a_rule_ends_nothing() {
    each(async |app| {
        let (a, b) = (Gestore::trusted(app, "a").await, Gestore::trusted(app, "b").await);
        let stranger = Gestore::new("estraneo", app.clock.now());
        let rossi = Inside::new(app, &a, Some("_s1")).await;
        let good = a.logout_by_post(app, &app.ente, &rossi.name_id, &["_s1"]);
        let query = a.logout_by_redirect(app, &app.ente, &rossi.name_id, &["_s1"]);
        let unknown = stranger.logout_by_post(app, &app.ente, &rossi.name_id, &["_s1"]);
        let elsewhere = a.logout_by_post(app, &app.altrove, &rossi.name_id, &["_s1"]);
        let unsigned = STANDARD.encode("<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>");
        let encoded_anew = query.replace("%2B", "%2b").replace("%2F", "%2f");
        assert_ne!(encoded_anew, query);
        let long = "r".repeat(600);
        let mut refused = 0;
        for (what, incoming) in [
            ("nothing", posted("")),
            ("not base64", posted("%%%")),
            ("unsigned", posted(&unsigned)),
            ("a provider that is not trusted", posted(&unknown)),
            ("to another ente", posted(&elsewhere)),
            ("called an answer", Incoming::Post { field: MessageField::Response, message: &good, relay_state: None }),
            (
                "a long relay state",
                Incoming::Post { field: MessageField::Request, message: &good, relay_state: Some(&long) },
            ),
            ("an empty query", Incoming::Redirect("")),
            ("a query encoded anew", Incoming::Redirect(&encoded_anew)),
        ] {
            assert_eq!(take(app, incoming).await, Logout::Refused, "{what}");
            refused += 1;
            assert!(rossi.lives(app).await, "{what}");
        }
        let at_cie = accesso::take_logout(&app.portal, &app.nobody(&app.ente), Cie, posted(&good)).await.unwrap();
        assert_eq!(at_cie, Logout::Refused, "a provider of SPID at the address of CIE");
        let there = accesso::take_logout(&app.portal, &app.nobody(&app.altrove), Spid, posted(&good)).await.unwrap();
        assert_eq!(there, Logout::Refused, "at another ente");
        assert_eq!(count(app, REFUSED).await, refused + 1, "each leaves a row of audit at its ente");

        // Another provider that is trusted names the same session, in its own name: it has none of that name.
        let other = b.logout_by_post(app, &app.ente, &rossi.name_id, &["_s1"]);
        assert!(matches!(take(app, posted(&other)).await, Logout::Answer { .. }));
        let wrong = a.logout_by_post(app, &app.ente, "_un-altro-nome", &[]);
        assert!(matches!(take(app, posted(&wrong)).await, Logout::Answer { .. }));
        assert!(rossi.lives(app).await, "nor does another name end it");

        app.clock.pass(TimeDelta::minutes(7));
        assert_eq!(take(app, posted(&good)).await, Logout::Refused, "too old");
        assert!(rossi.lives(app).await);
        let fresh = a.logout_by_post(app, &app.ente, &rossi.name_id, &["_s1"]);
        assert!(matches!(take(app, posted(&fresh)).await, Logout::Answer { .. }), "the untouched twin");
        assert!(!rossi.lives(app).await);
    })
    .await;
}

#[tokio::test]
async fn a_person_leaves_here_first_and_then_the_provider_if_it_keeps_a_session() {
    each(async |app| {
        let gestore = Gestore::trusted(app, "a").await;
        let level2 = Inside::new(app, &gestore, None).await;
        let ctx = level2.ctx(app).await;
        assert_eq!(accesso::leave(&app.portal, &ctx).await.unwrap(), None, "above level 1 there is nothing to leave");
        assert!(!level2.lives(app).await);

        for status in [LogoutStatus::Complete, LogoutStatus::Partial, LogoutStatus::Failed] {
            let rossi = Inside::new(app, &gestore, Some("_s1")).await;
            let ctx = rossi.ctx(app).await;
            let farewell = accesso::leave(&app.portal, &ctx).await.unwrap().expect("the provider keeps a session");
            assert!(!rossi.lives(app).await, "ended before anything is asked");
            assert_eq!((farewell.provider.as_str(), farewell.answers), ("Gestore a", true));
            let Parcel::Form { action, field, message, .. } = &farewell.parcel else { panic!("{farewell:?}") };
            assert_eq!((action.as_str(), *field), ("https://a.idp.example/slo", "SAMLRequest"));
            let xml = String::from_utf8(STANDARD.decode(message).unwrap()).unwrap();
            assert!(xml.contains("_s1") && xml.contains(&rossi.name_id));
            let id = xml.split_once(" ID=\"").unwrap().1.split_once('"').unwrap().0;

            let answer = gestore.logout_answer(app, &app.ente, id, status);
            let incoming = Incoming::Post { field: MessageField::Response, message: &answer, relay_state: None };
            let heard = take(app, incoming).await;
            assert_eq!(heard, Logout::Left { provider: "Gestore a".into(), status });
            assert_eq!(take(app, incoming).await, Logout::Refused, "an answer counts once");
            assert_eq!(accesso::leave(&app.portal, &ctx).await.unwrap(), None, "who has left has left");
        }
        let unasked = gestore.logout_answer(app, &app.ente, "_never-asked", LogoutStatus::Complete);
        let incoming = Incoming::Post { field: MessageField::Response, message: &unasked, relay_state: None };
        assert_eq!(take(app, incoming).await, Logout::Refused);
    })
    .await;
}
