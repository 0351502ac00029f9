//! A provider that takes requests by HTTP-Redirect, as a browser meets it.

use sportello_app::{
    session::Audience,
    testing::{App, Gestore},
};

use super::visitor::Visitor;

#[tokio::test]
async fn a_provider_by_redirect_is_reached_without_a_form_and_signs_in() {
    let app = App::sqlite().await;
    let post = Gestore::trusted(&app, "alfa").await;
    let mut person = Visitor::at(&app);
    let policy = "content-security-policy";
    let list = person.get("/accesso/spid").await;
    assert!(list.header(policy).contains("form-action 'self';"), "{}", list.header(policy));

    let gestore = Gestore::trusted_by_redirect(&app, "rete").await;
    let list = person.get("/accesso/spid").await;
    let origins = "form-action 'self' https://rete.idp.example;";
    assert!(list.header(policy).contains(origins), "{}", list.header(policy));

    let start = person.get("/accesso/spid/avvia?idp=https%3A%2F%2Frete.idp.example&poi=%2Fpagamenti").await;
    assert_eq!((start.status.as_u16(), start.header("cache-control")), (302, "no-store"));
    let ctx = app.nobody(&app.ente);
    let request = gestore.receive_address(&app, &ctx, start.header("location")).await;
    let response = gestore.sign(&gestore.draft(&app, &request, "Rossi"));
    let answer = [("SAMLResponse", response.as_str())];
    let mut thief = Visitor::at(&app);
    thief.post_from_afar("/spid/acs", &answer).await.says(403, &["Accesso"]);
    person.post_from_afar("/spid/acs", &answer).await.leads_to_exactly("/pagamenti");
    // The other provider is still reached by its form.
    person.sign_in(&post, Audience::Cittadino, "Rossi", "/pagamenti").await.leads_to_exactly("/pagamenti");
}
