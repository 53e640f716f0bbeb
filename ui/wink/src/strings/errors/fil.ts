import type { Errors } from "../catalogue";

export const filErrors: Errors = {
  "error.ACCOUNT_DISABLED.title": "Naka-disable ang account mo",
  "error.ACCOUNT_DISABLED.what": "Ayon sa {provider}, naka-disable ang account na ito.",
  "error.ACCOUNT_DISABLED.next": "Hilingin sa {provider} na i-enable ulit ito, o mag-share mula sa iba.",
  "error.ACCOUNT_INACCESSIBLE.title": "Hindi mabuksan ang account mo",
  "error.ACCOUNT_INACCESSIBLE.what": "Hindi kami pinayagan ng {provider} na buksan ang account na ito.",
  "error.ACCOUNT_INACCESSIBLE.next":
    "Mag-log in sa mismong site o app ng {provider} para malaman kung bakit. Tapos bumalik dito.",
  "error.ACCOUNT_INCOMPLETE.title": "Hindi pa tapos ang setup ng account mo",
  "error.ACCOUNT_INCOMPLETE.what": "May kulang pa na kailangan mong ilagay sa {provider}.",
  "error.ACCOUNT_INCOMPLETE.next": "Tapusin ang setup ng account mo sa {provider}, tapos subukan ulit.",
  "error.ACCOUNT_LOCKED.title": "Naka-lock ang account mo",
  "error.ACCOUNT_LOCKED.what":
    "Ni-lock ng {provider} ang account na ito. Madalas dahil ilang beses na mali ang password.",
  "error.ACCOUNT_LOCKED.next":
    "Maghintay muna, o i-unlock ito sa mismong site o app ng {provider}, tapos subukan ulit.",
  "error.AUTH_REQUIRED.title": "Gusto ng {provider} na doon ka mag-log in",
  "error.AUTH_REQUIRED.what": "May kailangan munang kumpirmahin sa mismong site o app ng {provider}.",
  "error.AUTH_REQUIRED.next": "Mag-log in doon at kumpirmahin ang hinihingi. Tapos subukan ulit.",
  "error.EXPIRED_CREDENTIALS.title": "Expired na ang password mo",
  "error.EXPIRED_CREDENTIALS.what": "Hinihiling ng {provider} na pumili ka ng bagong password.",
  "error.EXPIRED_CREDENTIALS.next": "Palitan ito sa {provider}, tapos subukan ulit gamit ang bago.",
  "error.INVALID_ACCOUNT_TYPE.title": "Hindi puwede ang ganitong account",
  "error.INVALID_ACCOUNT_TYPE.what":
    "Walang data ng trabaho o kita ang account na ito, halimbawa kung pang-customer ito.",
  "error.INVALID_ACCOUNT_TYPE.next": "Gamitin ang account na pangtrabaho mo, o pumili ng iba.",
  "error.INVALID_AUTH.title": "Hindi ka na-log in",
  "error.INVALID_AUTH.what": "Hindi tinanggap ng {provider} ang paraan ng pag-log in.",
  "error.INVALID_AUTH.next":
    "Tingnan kung makakapag-log in ka sa mismong {provider} gamit ang detalyeng ito, tapos subukan ulit.",
  "error.INVALID_CREDENTIALS.title": "Hindi tugma ang mga detalye",
  "error.INVALID_CREDENTIALS.what": "Hindi nakilala ng {provider} ang pang-log in o ang password.",
  "error.INVALID_CREDENTIALS.next":
    "Subukan ulit at tingnan kung may maling type. Nakalimutan ang password? I-reset muna ito sa {provider}.",
  "error.INVALID_MFA.title": "Mali ang code",
  "error.INVALID_MFA.what": "Hindi tinanggap ng {provider} ang code na tinype mo.",
  "error.INVALID_MFA.next": "Subukan ulit: may bago kang matatanggap na code. Laging gamitin ang pinakabago.",
  "error.MFA_TIMEOUT.title": "Nahuli ang code",
  "error.MFA_TIMEOUT.what": "Naghintay ang {provider} ng code pero hindi ito umabot sa oras.",
  "error.MFA_TIMEOUT.next": "Subukan ulit, at ihanda ang telepono o e-mail mo para sa bagong code.",
  "error.SERVICE_UNAVAILABLE.title": "Hindi maabot ang {provider}",
  "error.SERVICE_UNAVAILABLE.what": "Down o abala ang serbisyo nito ngayon. Walang problema sa mga detalye mo.",
  "error.SERVICE_UNAVAILABLE.next": "Maghintay ng ilang minuto at subukan ulit.",
  "error.SYSTEM_ERROR.title": "May nangyaring problema sa amin",
  "error.SYSTEM_ERROR.what": "Naputol ang koneksiyon sa {provider}. Wala kang ginawang mali.",
  "error.SYSTEM_ERROR.next": "Subukan ulit. Kung maulit pa, subukan mamaya.",
  "error.TOS_REQUIRED.title": "May bagong terms ang {provider}",
  "error.TOS_REQUIRED.what": "Kailangan mo munang basahin at tanggapin ang mga ito bago mabuksan ang account mo.",
  "error.TOS_REQUIRED.next": "Mag-log in sa site o app ng {provider}, tanggapin ang mga ito, tapos subukan ulit.",
  "error.UNSUPPORTED_AUTH_TYPE.title": "Hindi puwede rito ang ganitong pag-log in",
  "error.UNSUPPORTED_AUTH_TYPE.what":
    "May paraan ng pag-log in ang account mo na hindi namin magamit, gaya ng sa ibang kumpanya.",
  "error.UNSUPPORTED_AUTH_TYPE.next":
    "Kung puwede, gumawa ng password sa {provider} at subukan ulit. O kaya pumili ng iba.",
  "error.UNSUPPORTED_MFA_METHOD.title": "Hindi puwede rito ang ganitong pag-verify",
  "error.UNSUPPORTED_MFA_METHOD.what":
    "May hinihinging pangalawang hakbang ang {provider} na hindi namin maipakita, gaya ng security key.",
  "error.UNSUPPORTED_MFA_METHOD.next":
    "Kung puwede, gawing code sa text ang pag-verify sa {provider}. O kaya pumili ng iba.",
};
