"""Countries in text: their names, the adjectives of their people, and the larger federal states.

A lexicon of the language, not of a corpus. `COUNTRIES` lists for each country its name, then after
the colon other names and adjectives; historical states stand by themselves where they are usually
told apart from their successors.
"""

from __future__ import annotations

import re
from functools import cache

from kgtransfer.records import Span

COUNTRIES = """
Afghanistan: Afghan
Albania: Albanian
Algeria: Algerian
Andorra: Andorran
Angola: Angolan
Antigua and Barbuda: Antiguan
Argentina: Argentine, Argentinian, Argentinean
Armenia: Armenian
Australia: Australian, New South Wales, Queensland, Tasmania, Western Australia, South Australia
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
Botswana: Motswana
Brazil: Brazilian
Brunei: Bruneian
Bulgaria: Bulgarian
Burkina Faso: Burkinabé, Burkinabe
Burundi: Burundian
Cambodia: Cambodian
Cameroon: Cameroonian
Canada: Canadian, Ontario, Quebec, Québec, British Columbia, Alberta, Manitoba, Saskatchewan, Nova Scotia, New Brunswick, Newfoundland
Cape Verde: Cape Verdean
Central African Republic: Central African
Chad: Chadian
Chile: Chilean
China: Chinese, People's Republic of China, PRC
Colombia: Colombian
Comoros: Comorian
Congo: Congolese, Democratic Republic of the Congo, Republic of the Congo
Costa Rica: Costa Rican
Croatia: Croatian
Cuba: Cuban
Cyprus: Cypriot
Czech Republic: Czech, Czechia
Czechoslovakia: Czechoslovak, Czechoslovakian
Denmark: Danish, Dane
Djibouti: Djiboutian
Dominica: Dominican
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
Finland: Finnish, Finn
France: French, Frenchman
Gabon: Gabonese
Gambia: Gambian
Georgia: Georgian
Germany: German, West German, West Germany
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
India: Indian, Tamil Nadu, Kerala, Karnataka, Maharashtra, West Bengal, Uttar Pradesh, Andhra Pradesh, Gujarat, Rajasthan, Bihar, Bollywood, Odisha, Assam
Indonesia: Indonesian
Iran: Iranian, Persian, Persia
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
Laos: Laotian, Lao
Latvia: Latvian
Lebanon: Lebanese
Lesotho: Mosotho, Basotho
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
North Korea: North Korean
North Macedonia: Macedonian, Macedonia
Norway: Norwegian
Oman: Omani
Pakistan: Pakistani
Palestine: Palestinian
Panama: Panamanian
Papua New Guinea: Papua New Guinean
Paraguay: Paraguayan
Peru: Peruvian
Philippines: Filipino, Filipina, Philippine
Poland: Polish, Pole
Portugal: Portuguese
Puerto Rico: Puerto Rican
Qatar: Qatari
Romania: Romanian
Russia: Russian
Rwanda: Rwandan
Samoa: Samoan
San Marino: Sammarinese
Saudi Arabia: Saudi, Saudi Arabian
Senegal: Senegalese
Serbia: Serbian, Serb
Seychelles: Seychellois
Sierra Leone: Sierra Leonean
Singapore: Singaporean
Slovakia: Slovak, Slovakian
Slovenia: Slovenian, Slovene
Solomon Islands: Solomon Islander
Somalia: Somali
South Africa: South African
South Korea: South Korean, Korean, Korea
South Sudan: South Sudanese
Soviet Union: Soviet, USSR
Spain: Spanish, Spaniard, Catalan
Sri Lanka: Sri Lankan
Sudan: Sudanese
Suriname: Surinamese
Sweden: Swedish, Swede
Switzerland: Swiss
Syria: Syrian
Taiwan: Taiwanese
Tajikistan: Tajik, Tajikistani
Tanzania: Tanzanian
Thailand: Thai
Timor-Leste: Timorese, East Timor
Togo: Togolese
Tonga: Tongan
Trinidad and Tobago: Trinidadian
Tunisia: Tunisian
Turkey: Turkish, Türkiye
Turkmenistan: Turkmen
Uganda: Ugandan
Ukraine: Ukrainian
United Arab Emirates: Emirati, UAE, Dubai
United Kingdom: British, UK, U.K., Britain, Great Britain, England, English, Scotland, Scottish, Wales, Welsh, Northern Ireland, Englishman, Scotsman
United States: American, USA, U.S., US, U.S.A., United States of America, Alabama, Alaska, Arizona, Arkansas, California, Colorado, Connecticut, Delaware, Florida, Hawaii, Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky, Louisiana, Maine, Maryland, Massachusetts, Michigan, Minnesota, Mississippi, Missouri, Montana, Nebraska, Nevada, New Hampshire, New Jersey, New Mexico, New York, North Carolina, North Dakota, Ohio, Oklahoma, Oregon, Pennsylvania, Rhode Island, South Carolina, South Dakota, Tennessee, Texas, Utah, Vermont, Virginia, Washington, West Virginia, Wisconsin, Wyoming
Uruguay: Uruguayan
Uzbekistan: Uzbek, Uzbekistani
Vanuatu: Ni-Vanuatu
Vatican City: Vatican
Venezuela: Venezuelan
Vietnam: Vietnamese
Yemen: Yemeni
Yugoslavia: Yugoslav, Yugoslavian
Zambia: Zambian
Zimbabwe: Zimbabwean
"""  # noqa: E501 - one country a line


@cache
def _lexicon() -> tuple[dict[str, str], re.Pattern[str]]:
    names: dict[str, str] = {}
    for line in COUNTRIES.strip().splitlines():
        country, _, others = line.partition(":")
        for name in (country, *others.split(",")):
            if name.strip():
                names.setdefault(name.strip(), country)
    longest_first = sorted(names, key=len, reverse=True)
    # "East Azerbaijan Province" and "Indian Ocean" are not the country.
    pattern = (
        rf"(?<![\w.])(?:{'|'.join(map(re.escape, longest_first))})(?![\w])"
        r"(?!\s+(?:Province|County|District|Oblast|Ocean|Sea|Gulf|River)\b)"
    )
    return names, re.compile(pattern)


def countries_in(text: str) -> list[tuple[Span, str]]:
    """Each mention of a country or its people, in order: where it stands and which it is."""
    names, pattern = _lexicon()
    return [((m.start(), m.end()), names[m.group()]) for m in pattern.finditer(text)]
