# Home page of an ente, search box, and the list of enti.
home-sommario = Apply, take up a draft, follow your application: from your phone, whenever you like.
home-continua = Continue
home-bozza = Saved on { $salvata }.
home-riprendi = Take up the draft
home-tutte-bozze = All your applications
home-aperta-fino = Open until { $giorno }
home-serve = { $minuti ->
    [one] It takes about 1 minute and the digital identity of a parent.
   *[other] It takes about { $minuti } minutes and the digital identity of a parent.
}
home-vai = Go to enrolment
home-aree = Areas of the portal
home-pratiche = Start an application, take up a draft, see what you have sent.
home-servizi-scolastici = Enrol your children, read and pay the invoices.
home-pagopa = Pay a notice or an invoice, also without signing in.
home-sezione-informativa = Outcome of your applications and news about them.
cerca-titolo = Search for a service
cerca-aiuto = For example: mensa, canteen, enrolment.
cerca-bottone = Search
radice-titolo = Choose your municipality
radice-sommario = These municipalities offer their online services here.
radice-elenco = List of municipalities
radice-nessun-ente = There is no municipality at this address. Check the address or choose from the list.
radice-simulatore = This is a demonstration: identity providers, mail and the municipality’s website are simulated.
radice-simulatore-vai = Open the simulators
