# The open sessions of a person.
accessi-titolo = Your sign-ins
accessi-testo = Here you see where you are signed in. You can sign out of your other devices too.
accessi-elenco = Sign-ins open now
accessi-browser = Browser and device
accessi-browser-ignoto = Unknown browser
accessi-qui = this device
accessi-porta = By means of
accessi-porta-livello = { $porta }, level { $livello }
accessi-quando = Signed in on
accessi-ultimo-uso = Last used
accessi-azione = Action
accessi-chiudi = Sign out there
accessi-chiudi-tutti = Sign out of all devices
accessi-chiuso = Done: that sign-in is closed.
accessi-durata = A sign-in ends by itself after { $minuti } minutes without activity, and after { $ore } hours in any case.
accessi-sospetto = If you do not recognise a sign-in, close it and tell your identity provider.
accessi-link = your sign-ins
