"""Countries: their names, abbreviations, former names, and the adjectives of their people.

A lexicon of the language, not of a corpus. Each line has a country's name, after the colon what
else means it, and after a semicolon what often does but may mean something else (a region, a
people, another state). Historical states stand by themselves where they are usually told apart
from their successors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kgtransfer.names.fold import fold

COUNTRIES = """
Afghanistan: Afghan
Albania: Albanian
Algeria: Algerian
Andorra: Andorran
Angola: Angolan
Antigua and Barbuda: Antiguan
Argentina: Argentine, Argentinian, Argentinean
Armenia: Armenian
Australia: Australian
Austria: Austrian
Azerbaijan: Azerbaijani
Bahamas: Bahamian
Bahrain: Bahraini
Bangladesh: Bangladeshi
Barbados: Barbadian
Belarus: Belarusian, Belarussian, Byelorussian
Belgium: Belgian
Belize: Belizean
Benin: Beninese
Bhutan: Bhutanese
Bolivia: Bolivian
Bosnia and Herzegovina: Bosnian, Bosnia
Botswana:; Motswana
Brazil: Brazilian
Brunei: Bruneian
Bulgaria: Bulgarian
Burkina Faso: Burkinabé, Burkinabe
Burundi: Burundian
Cambodia: Cambodian
Cameroon: Cameroonian
Canada: Canadian
Cape Verde: Cape Verdean
Central African Republic:; Central African
Chad: Chadian
Chile: Chilean
China: Chinese, People's Republic of China, PRC, P.R.C.
Colombia: Colombian
Comoros: Comorian
Congo:; Congolese, Democratic Republic of the Congo, Republic of the Congo
Costa Rica: Costa Rican
Croatia: Croatian
Cuba: Cuban
Cyprus: Cypriot
Czech Republic: Czech, Czechia
Czechoslovakia: Czechoslovak, Czechoslovakian
Denmark: Danish; Dane
Djibouti: Djiboutian
Dominica:; Dominican
Dominican Republic:
East Germany: East German
Ecuador: Ecuadorian, Ecuadorean
Egypt: Egyptian
El Salvador: Salvadoran, Salvadorian
Equatorial Guinea: Equatoguinean
Eritrea: Eritrean
Estonia: Estonian
Eswatini: Swazi, Swaziland
Ethiopia: Ethiopian
Fiji: Fijian
Finland: Finnish; Finn
France: French, Frenchman, French Republic
Gabon: Gabonese
Gambia: Gambian
Georgia:; Georgian
Germany: German, Federal Republic of Germany; West German, West Germany
Ghana: Ghanaian
Greece: Greek
Greenland: Greenlandic
Grenada: Grenadian
Guatemala: Guatemalan
Guinea: Guinean
Guinea-Bissau: Bissau-Guinean
Guyana: Guyanese
Haiti: Haitian
Honduras: Honduran
Hong Kong: Hongkonger
Hungary: Hungarian
Iceland: Icelandic, Icelander
India: Indian
Indonesia: Indonesian
Iran: Iranian; Persian, Persia
Iraq: Iraqi
Ireland: Irish, Republic of Ireland
Israel: Israeli
Italy: Italian
Ivory Coast: Ivorian, Côte d'Ivoire
Jamaica: Jamaican
Japan: Japanese
Jordan: Jordanian
Kazakhstan: Kazakh, Kazakhstani
Kenya: Kenyan
Kosovo: Kosovar
Kuwait: Kuwaiti
Kyrgyzstan: Kyrgyz, Kyrgyzstani
Laos: Laotian; Lao
Latvia: Latvian
Lebanon: Lebanese
Lesotho:; Mosotho, Basotho
Liberia: Liberian
Libya: Libyan
Liechtenstein: Liechtensteiner
Lithuania: Lithuanian
Luxembourg: Luxembourgish, Luxembourger
Macau: Macanese
Madagascar: Malagasy
Malawi: Malawian
Malaysia: Malaysian
Maldives: Maldivian
Mali: Malian
Malta: Maltese
Mauritania: Mauritanian
Mauritius: Mauritian
Mexico: Mexican
Moldova: Moldovan
Monaco: Monégasque, Monegasque
Mongolia: Mongolian
Montenegro: Montenegrin
Morocco: Moroccan
Mozambique: Mozambican
Myanmar: Burmese, Burma
Namibia: Namibian
Nauru: Nauruan
Nepal: Nepali, Nepalese
Netherlands: Dutch, Dutchman, Holland
New Zealand: New Zealander
Nicaragua: Nicaraguan
Niger: Nigerien
Nigeria: Nigerian
North Korea: North Korean, Democratic People's Republic of Korea, DPRK
North Macedonia:; Macedonian, Macedonia
Norway: Norwegian
Oman: Omani
Pakistan: Pakistani
Palestine: Palestinian
Panama: Panamanian
Papua New Guinea: Papua New Guinean
Paraguay: Paraguayan
Peru: Peruvian
Philippines: Filipino, Filipina, Philippine
Poland: Polish; Pole
Portugal: Portuguese
Puerto Rico: Puerto Rican
Qatar: Qatari
Romania: Romanian
Russia: Russian, Russian Federation
Rwanda: Rwandan
Samoa: Samoan
San Marino: Sammarinese
Saudi Arabia: Saudi, Saudi Arabian
Senegal: Senegalese
Serbia: Serbian; Serb
Seychelles: Seychellois
Sierra Leone: Sierra Leonean
Singapore: Singaporean
Slovakia: Slovak, Slovakian
Slovenia: Slovenian, Slovene
Solomon Islands: Solomon Islander
Somalia: Somali
South Africa: South African
South Korea: South Korean, Republic of Korea; Korean, Korea
South Sudan: South Sudanese
Soviet Union: Soviet, USSR, U.S.S.R., Soviet Russia
Spain: Spanish, Spaniard
Sri Lanka: Sri Lankan, Ceylon
Sudan: Sudanese
Suriname: Surinamese
Sweden: Swedish; Swede
Switzerland: Swiss
Syria: Syrian
Taiwan: Taiwanese
Tajikistan: Tajik, Tajikistani
Tanzania: Tanzanian
Thailand: Thai, Siam
Timor-Leste: Timorese, East Timor
Togo: Togolese
Tonga: Tongan
Trinidad and Tobago: Trinidadian
Tunisia: Tunisian
Turkey: Turkish, Türkiye
Turkmenistan: Turkmen
Uganda: Ugandan
Ukraine: Ukrainian
United Arab Emirates: Emirati, UAE, U.A.E.
United Kingdom: British, UK, U.K., Britain, Great Britain
United States: American, USA, U.S., US, U.S.A., United States of America, America
Uruguay: Uruguayan
Uzbekistan: Uzbek, Uzbekistani
Vanuatu: Ni-Vanuatu
Vatican City:; Vatican
Venezuela: Venezuelan
Vietnam: Vietnamese
Yemen: Yemeni
Yugoslavia: Yugoslav, Yugoslavian
Zambia: Zambian
Zimbabwe: Zimbabwean
"""

_PARTS = """
England: English, Englishman
Scotland: Scottish, Scotsman
Wales: Welsh, Welshman
"""
"""Countries of a country, each with a name of its own."""


def country_names(*, loose: bool = True) -> Iterator[tuple[str, str]]:
    """(name or adjective, country), each country's own name first; `loose` takes all of them."""
    for line in COUNTRIES.strip().splitlines():
        yield from _names(line, loose)


def _names(line: str, loose: bool) -> Iterator[tuple[str, str]]:
    country, _, others = line.partition(":")
    certain, _, uncertain = others.partition(";")
    listed = f"{certain},{uncertain}" if loose else certain
    for name in (country, *listed.split(",")):
        if name.strip():
            yield name.strip(), country


@cache
def country_keys() -> dict[str, str]:
    """By key, the country that a name means wherever it stands for a place."""
    found: dict[str, str] = {}
    for line in (*COUNTRIES.strip().splitlines(), *_PARTS.strip().splitlines()):
        for name, country in _names(line, loose=False):
            found.setdefault(fold(name), country)
    return found


_OTHER_NAMES = re.compile(
    r"[A-Z.]+|.*\b(?:Republic|Federation|Emirates|States)\b.*|(?:Soviet|East|West|Great) \w+(?<!n)|"
    r"America|Bosnia|Britain|Great Britain|Burma|Ceylon|Czechia|Côte d'Ivoire|Holland|Korea|"
    r"Macedonia|Persia|Siam|Swaziland|Türkiye|Vatican"
)
"""What else means a country and is a name of it, no adjective."""


@cache
def peoples() -> frozenset[str]:
    """The keys of the words for countries' peoples ("Welsh", "Swede"), which are no places."""
    countries = {fold(country) for _, country in country_names()}
    said = {fold(n) for n, _ in country_names() if not _OTHER_NAMES.fullmatch(n)}
    parts = (n for line in _PARTS.strip().splitlines() for n, _ in list(_names(line, True))[1:])
    return frozenset((said - countries) | {fold(name) for name in parts})
