<?xml version="1.0" encoding="UTF-8"?>
<!-- The page: figures, charts and the frame of the work list, which page_list.js fills. Bars are
     SVG with widths in per cent, so they need no script and no style attribute. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="html" encoding="UTF-8"/>
  <xsl:strip-space elements="*"/>
  <xsl:param name="policy"/>
  <xsl:param name="listed"/>
  <xsl:param name="found"/>

  <xsl:template match="/report">
    <html lang="en">
      <head>
        <meta charset="utf-8"/>
        <meta http-equiv="Content-Security-Policy" content="{$policy}"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <meta name="referrer" content="no-referrer"/>
        <title><xsl:value-of select="concat('Claim scrub: ', input/@name)"/></title>
        <link rel="icon" href="data:,"/>
        <style data-part="style"/>
      </head>
      <body>
        <xsl:if test="totals/@claims &gt; 0">
          <a class="skip" href="#work">Skip to the work list</a>
        </xsl:if>
        <xsl:call-template name="masthead"/>
        <main>
          <xsl:apply-templates select="totals"/>
          <xsl:apply-templates select="file[*]"/>
          <div class="charts">
            <xsl:apply-templates select="reasons[reason]"/>
            <xsl:apply-templates select="levels[finding]"/>
            <xsl:apply-templates select="payers[party]">
              <xsl:with-param name="title">Payers</xsl:with-param>
              <xsl:with-param name="label">Payer and profile</xsl:with-param>
            </xsl:apply-templates>
            <xsl:apply-templates select="rendering[party]">
              <xsl:with-param name="title">Rendering providers</xsl:with-param>
              <xsl:with-param name="label">Name and NPI</xsl:with-param>
            </xsl:apply-templates>
            <xsl:apply-templates select="repairs[repair]"/>
          </div>
          <xsl:if test="totals/@claims &gt; 0">
            <xsl:call-template name="work"/>
          </xsl:if>
          <xsl:apply-templates select="rules[rule]"/>
        </main>
        <xsl:call-template name="colophon"/>
        <script type="application/json" id="claims" data-part="claims"/>
        <script data-part="script"/>
      </body>
    </html>
  </xsl:template>

  <xsl:template name="masthead">
    <header class="masthead">
      <div>
        <p class="kicker">Claim scrub report</p>
        <h1><xsl:value-of select="input/@name"/></h1>
        <p class="meta">
          <xsl:text>Checked as of </xsl:text>
          <time datetime="{run/@as_of}"><xsl:value-of select="run/@as_of"/></time>
          <xsl:if test="run/profile">
            <xsl:text> against </xsl:text>
            <xsl:choose>
              <xsl:when test="count(run/profile) &gt; 3">
                <a href="#profiles"><xsl:value-of select="concat(count(run/profile), ' payer profiles')"/></a>
              </xsl:when>
              <xsl:otherwise><xsl:call-template name="profiles"/></xsl:otherwise>
            </xsl:choose>
          </xsl:if>
        </p>
      </div>
      <button type="button" class="button scripted" id="print">Print</button>
    </header>
  </xsl:template>

  <!-- What happened, in one sentence, one picture and four figures. -->
  <xsl:template match="totals">
    <xsl:variable name="rejected" select="disposition[@name = 'rejected']"/>
    <xsl:variable name="corrected" select="disposition[@name = 'corrected']"/>
    <xsl:variable name="broken" select="../file/finding[@severity = 'reject' and @fixed = 'False']"/>
    <section class="verdict" aria-labelledby="verdict">
      <h2 id="verdict">
        <xsl:choose>
          <xsl:when test="@claims = 0 and $broken">No claim could be read</xsl:when>
          <xsl:when test="@claims = 0">There are no claims in this file</xsl:when>
          <xsl:when test="$rejected/@claims = 0 and $broken">Every claim that could be read is ready to send</xsl:when>
          <xsl:when test="$rejected/@claims = 0">Every claim is ready to send</xsl:when>
          <xsl:otherwise>
            <xsl:value-of select="concat(format-number($rejected/@claims, '#,##0'), ' of ')"/>
            <xsl:call-template name="claims"><xsl:with-param name="of" select="@claims"/></xsl:call-template>
            <xsl:text> to fix</xsl:text>
          </xsl:otherwise>
        </xsl:choose>
      </h2>
      <xsl:if test="@claims &gt; 0">
        <xsl:call-template name="dispositions"/>
        <dl class="figures">
          <div>
            <dt>Clean-claim rate</dt>
            <dd><xsl:value-of select="@clean"/><small> %</small></dd>
            <dd class="note"><xsl:value-of select="@clean_as_received"/> % as received</dd>
          </div>
          <div>
            <xsl:if test="$rejected/@claims &gt; 0"><xsl:attribute name="class">rejected</xsl:attribute></xsl:if>
            <dt>Dollars at risk</dt>
            <dd><xsl:value-of select="$rejected/@money"/></dd>
            <dd class="note">of <xsl:value-of select="@money"/> charged</dd>
          </div>
          <div>
            <xsl:if test="$corrected/@claims &gt; 0"><xsl:attribute name="class">corrected</xsl:attribute></xsl:if>
            <dt>Repaired for you</dt>
            <dd><xsl:value-of select="$corrected/@money"/></dd>
            <dd class="note">
              <xsl:text>on </xsl:text>
              <xsl:call-template name="claims"><xsl:with-param name="of" select="$corrected/@claims"/></xsl:call-template>
            </dd>
          </div>
          <div>
            <xsl:if test="warned/@claims &gt; 0"><xsl:attribute name="class">warn</xsl:attribute></xsl:if>
            <dt>Sent with a warning</dt>
            <dd><xsl:value-of select="warned/@money"/></dd>
            <dd class="note">
              <xsl:text>on </xsl:text>
              <xsl:call-template name="claims"><xsl:with-param name="of" select="warned/@claims"/></xsl:call-template>
            </dd>
          </div>
        </dl>
      </xsl:if>
      <xsl:if test="$broken">
        <p class="notice rejected">Something is wrong with the file itself: see below.</p>
      </xsl:if>
      <xsl:if test="@not_checked &gt; 0">
        <p class="notice">
          <xsl:call-template name="claims"><xsl:with-param name="of" select="@not_checked"/></xsl:call-template>
          <xsl:text> could not be checked in full. What was not checked stands with each claim; it never counts as passed.</xsl:text>
        </p>
      </xsl:if>
      <xsl:for-each select="table">
        <p class="notice"><xsl:value-of select="@words"/>. Newer tables may say otherwise.</p>
      </xsl:for-each>
    </section>
  </xsl:template>

  <xsl:template name="dispositions">
    <table class="share">
      <caption class="unseen">Claims and charges by disposition</caption>
      <thead class="unseen">
        <tr><th scope="col">Disposition</th><th scope="col">Claims</th><th scope="col">Charges</th></tr>
      </thead>
      <tbody>
        <xsl:for-each select="disposition">
          <tr class="{@name}">
            <th scope="row"><span class="dot" aria-hidden="true"/><xsl:call-template name="disposition"/></th>
            <td><xsl:call-template name="claims"><xsl:with-param name="of" select="@claims"/></xsl:call-template></td>
            <td class="amount"><xsl:value-of select="@money"/></td>
          </tr>
        </xsl:for-each>
      </tbody>
    </table>
    <xsl:call-template name="stack">
      <xsl:with-param name="part" select="disposition/@claims"/>
      <xsl:with-param name="whole" select="@claims"/>
      <xsl:with-param name="label">Claims</xsl:with-param>
    </xsl:call-template>
    <xsl:if test="@charge &gt; 0">
      <xsl:call-template name="stack">
        <xsl:with-param name="part" select="disposition/@charge"/>
        <xsl:with-param name="whole" select="@charge"/>
        <xsl:with-param name="label">Dollars</xsl:with-param>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <xsl:template name="stack">
    <xsl:param name="part"/>
    <xsl:param name="whole"/>
    <xsl:param name="label"/>
    <div class="stack" aria-hidden="true">
      <span><xsl:value-of select="$label"/></span>
      <svg width="100%" height="14">
        <xsl:for-each select="$part">
          <xsl:variable name="here" select="position()"/>
          <xsl:variable name="before" select="sum($part[position() &lt; $here])"/>
          <rect class="{../@name}" x="{100 * $before div $whole}%" width="{100 * . div $whole}%" height="100%"/>
        </xsl:for-each>
      </svg>
    </div>
  </xsl:template>

  <xsl:template name="disposition">
    <xsl:choose>
      <xsl:when test="@name = 'accepted'">Ready as received</xsl:when>
      <xsl:when test="@name = 'corrected'">Repaired and ready</xsl:when>
      <xsl:otherwise>To fix and send again</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- What is wrong with the file itself. -->
  <xsl:template match="file">
    <section class="card" aria-labelledby="file">
      <h2 id="file">The file itself</h2>
      <ul class="plain">
        <xsl:for-each select="finding">
          <li>
            <xsl:call-template name="named"/>
            <strong><xsl:value-of select="@message"/></strong>
            <xsl:for-each select="correction">
              <xsl:call-template name="change"/>
            </xsl:for-each>
            <span class="where">
              <xsl:value-of select="@path"/>
              <xsl:if test="@segment &gt; 0">, segment <xsl:value-of select="@segment"/></xsl:if>
              <xsl:if test="@answer != '' and @fixed = 'False'">, likely answer <xsl:value-of select="@answer"/> (suggested)</xsl:if>
              <xsl:value-of select="concat(' (', @source, ')')"/>
            </span>
          </li>
        </xsl:for-each>
        <xsl:for-each select="correction">
          <li>
            <span class="tag corrected">repaired</span>
            <span><xsl:value-of select="@title"/></span>
            <xsl:call-template name="change"/>
            <span class="where"><xsl:value-of select="@path"/></span>
          </li>
        </xsl:for-each>
      </ul>
      <xsl:if test="@more">
        <p class="hint"><xsl:value-of select="concat('and ', @more, ' more of the same rules; the CSV report has them')"/></p>
      </xsl:if>
    </section>
  </xsl:template>

  <!-- What is wrong with providers, subscribers and patients, by rule. -->
  <xsl:template match="levels">
    <section class="card wide" aria-labelledby="levels">
      <h2 id="levels">Providers, subscribers and patients</h2>
      <p class="hint">By rule, for all levels above claims. What rejects stands with each of their claims too.</p>
      <ul class="plain">
        <xsl:for-each select="finding">
          <li>
            <xsl:call-template name="named"/>
            <strong><xsl:value-of select="@message"/></strong>
            <xsl:if test="@times != '1'"><xsl:value-of select="concat(' (', @times, ' times)')"/></xsl:if>
            <span class="where">
              <xsl:value-of select="concat(@path, ', ', @where, ' (', @source, ')')"/>
            </span>
          </li>
        </xsl:for-each>
      </ul>
    </section>
  </xsl:template>

  <!-- Severity and code of a finding; the code leads to the page of its rule. -->
  <xsl:template name="named">
    <xsl:call-template name="severity"/>
    <xsl:text> </xsl:text>
    <xsl:choose>
      <xsl:when test="/report/rules/rule[@code = current()/@code]">
        <a class="code" href="#rule-{@code}"><xsl:value-of select="@code"/></a>
      </xsl:when>
      <xsl:otherwise><span class="code"><xsl:value-of select="@code"/></span></xsl:otherwise>
    </xsl:choose>
    <xsl:text> </xsl:text>
  </xsl:template>

  <xsl:template name="change">
    <span class="change">
      <del><xsl:value-of select="@before"/></del>
      <xsl:text> </xsl:text>
      <ins><xsl:value-of select="@after"/></ins>
    </span>
  </xsl:template>

  <xsl:template name="severity">
    <xsl:choose>
      <xsl:when test="@fixed = 'True'"><span class="tag corrected">repaired</span></xsl:when>
      <xsl:when test="@severity = 'reject'"><span class="tag rejected">reject</span></xsl:when>
      <xsl:when test="@severity = 'warn'"><span class="tag warn">warning</span></xsl:when>
      <xsl:otherwise><span class="tag">note</span></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="reasons">
    <xsl:variable name="most">
      <xsl:call-template name="greatest"><xsl:with-param name="of" select="reason/@claims"/></xsl:call-template>
    </xsl:variable>
    <xsl:variable name="dearest">
      <xsl:call-template name="greatest"><xsl:with-param name="of" select="reason/@charge"/></xsl:call-template>
    </xsl:variable>
    <section class="card wide" aria-labelledby="reasons">
      <h2 id="reasons">What to fix first</h2>
      <p class="hint">A claim with several reasons counts under each.<xsl:if test="@expected"><xsl:text> </xsl:text><xsl:value-of select="@expected"/></xsl:if></p>
      <table class="chart">
        <thead>
          <tr><th scope="col">Reason</th><th scope="col">Claims</th><th scope="col">Charges</th><xsl:if test="@expected"><th scope="col" class="amount">Expected</th></xsl:if></tr>
        </thead>
        <tbody>
          <xsl:for-each select="reason">
            <xsl:variable name="tone">
              <xsl:choose>
                <xsl:when test="@severity = 'reject'">rejected</xsl:when>
                <xsl:otherwise>warn</xsl:otherwise>
              </xsl:choose>
            </xsl:variable>
            <tr class="{$tone}">
              <xsl:if test="position() &gt; 12"><xsl:attribute name="class"><xsl:value-of select="$tone"/> more</xsl:attribute></xsl:if>
              <th scope="row">
                <button type="button" class="pick" data-reason="{@code}" data-view="{$tone}">
                  <span class="code"><xsl:value-of select="@code"/></span>
                  <xsl:text> </xsl:text>
                  <xsl:value-of select="@title"/>
                </button>
                <xsl:if test="$tone = 'warn'"><xsl:text> </xsl:text><span class="tag warn">warning</span></xsl:if>
              </th>
              <td><xsl:call-template name="bar">
                <xsl:with-param name="value" select="@claims"/>
                <xsl:with-param name="most" select="$most"/>
                <xsl:with-param name="text" select="format-number(@claims, '#,##0')"/>
                <xsl:with-param name="unit">claim</xsl:with-param>
              </xsl:call-template></td>
              <td><xsl:call-template name="bar">
                <xsl:with-param name="value" select="@charge"/>
                <xsl:with-param name="most" select="$dearest"/>
                <xsl:with-param name="text" select="@money"/>
              </xsl:call-template></td>
              <xsl:if test="../@expected"><td class="amount"><xsl:value-of select="@expected"/></td></xsl:if>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
      <xsl:if test="count(reason) &gt; 12">
        <button type="button" class="button scripted" id="more" aria-expanded="false">
          <xsl:value-of select="concat('Show all ', count(reason), ' reasons')"/>
        </button>
      </xsl:if>
    </section>
  </xsl:template>

  <xsl:template name="party">
    <xsl:if test="@label != ''"><xsl:value-of select="@label"/><xsl:text> </xsl:text></xsl:if>
    <span class="code"><xsl:value-of select="@name"/></span>
  </xsl:template>

  <xsl:template match="payers | rendering">
    <xsl:param name="title"/>
    <xsl:param name="label"/>
    <xsl:variable name="most">
      <xsl:call-template name="greatest"><xsl:with-param name="of" select="party/@charge"/></xsl:call-template>
    </xsl:variable>
    <section class="card" aria-labelledby="{name()}">
      <h2 id="{name()}"><xsl:value-of select="$title"/></h2>
      <p class="hint">Charges of all claims, the part to fix in red.</p>
      <table class="chart parties">
        <thead>
          <tr>
            <th scope="col"><xsl:value-of select="$label"/></th>
            <th scope="col" class="amount">To fix</th>
            <th scope="col" class="amount">Dollars to fix</th>
            <th scope="col">Of all charges</th>
          </tr>
        </thead>
        <tbody>
          <xsl:for-each select="party[position() &lt;= 15]">
            <tr>
              <th scope="row">
                <xsl:choose>
                  <xsl:when test="parent::payers">
                    <button type="button" class="pick" data-payer="{@name}"><xsl:call-template name="party"/></button>
                  </xsl:when>
                  <xsl:otherwise>
                    <button type="button" class="pick" data-search="{@name}"><xsl:call-template name="party"/></button>
                  </xsl:otherwise>
                </xsl:choose>
              </th>
              <td class="amount"><xsl:value-of select="concat(format-number(rejected/@claims, '#,##0'), ' of ', format-number(@claims, '#,##0'))"/></td>
              <td class="amount"><xsl:value-of select="rejected/@money"/><span class="unit"> to fix</span></td>
              <td><xsl:call-template name="bar">
                <xsl:with-param name="value" select="@charge"/>
                <xsl:with-param name="part" select="rejected/@charge"/>
                <xsl:with-param name="most" select="$most"/>
                <xsl:with-param name="text" select="@money"/>
              </xsl:call-template></td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
      <xsl:if test="count(party) &gt; 15">
        <p class="hint"><xsl:value-of select="concat('and ', count(party) - 15, ' more with less to fix')"/></p>
      </xsl:if>
    </section>
  </xsl:template>

  <xsl:template match="repairs">
    <xsl:variable name="most">
      <xsl:call-template name="greatest"><xsl:with-param name="of" select="repair/@times"/></xsl:call-template>
    </xsl:variable>
    <xsl:variable name="dearest">
      <xsl:call-template name="greatest"><xsl:with-param name="of" select="repair/@charge"/></xsl:call-template>
    </xsl:variable>
    <section class="card wide" aria-labelledby="repairs">
      <h2 id="repairs">Repairs made</h2>
      <p class="hint">Each stands with its claim, before and after. Dollars are the charges of the repaired claims.</p>
      <table class="chart">
        <thead>
          <tr><th scope="col">Repair</th><th scope="col">Times</th><th scope="col">Dollars</th></tr>
        </thead>
        <tbody>
          <xsl:for-each select="repair[position() &lt;= 15]">
            <tr class="corrected">
              <th scope="row"><span class="code"><xsl:value-of select="@code"/></span><xsl:text> </xsl:text><xsl:value-of select="@title"/></th>
              <td><xsl:call-template name="bar">
                <xsl:with-param name="value" select="@times"/>
                <xsl:with-param name="most" select="$most"/>
                <xsl:with-param name="text" select="format-number(@times, '#,##0')"/>
                <xsl:with-param name="unit">time</xsl:with-param>
              </xsl:call-template></td>
              <td><xsl:call-template name="bar">
                <xsl:with-param name="value" select="@charge"/>
                <xsl:with-param name="most" select="$dearest"/>
                <xsl:with-param name="text" select="@money"/>
              </xsl:call-template></td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
    </section>
  </xsl:template>

  <!-- One bar; with a part, that much of it from the left in the colour of what is to fix. -->
  <xsl:template name="bar">
    <xsl:param name="value"/>
    <xsl:param name="part" select="0"/>
    <xsl:param name="most"/>
    <xsl:param name="text"/>
    <xsl:param name="unit"/>
    <div class="bar">
      <svg width="100%" height="10" aria-hidden="true">
        <xsl:if test="$most &gt; 0">
          <rect class="whole" width="{100 * $value div $most}%" height="100%" rx="2"/>
          <xsl:if test="$part &gt; 0">
            <rect class="rejected" width="{100 * $part div $most}%" height="100%" rx="2"/>
          </xsl:if>
        </xsl:if>
      </svg>
      <span class="amount">
        <xsl:value-of select="$text"/>
        <xsl:if test="$unit != ''"><span class="unit"><xsl:value-of select="concat(' ', $unit)"/><xsl:if test="$value != 1">s</xsl:if></span></xsl:if>
      </span>
    </div>
  </xsl:template>

  <xsl:template name="greatest">
    <xsl:param name="of"/>
    <xsl:for-each select="$of">
      <xsl:sort select="." data-type="number" order="descending"/>
      <xsl:if test="position() = 1"><xsl:value-of select="."/></xsl:if>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="claims">
    <xsl:param name="of"/>
    <xsl:value-of select="format-number($of, '#,##0')"/>
    <xsl:choose>
      <xsl:when test="$of = 1"> claim</xsl:when>
      <xsl:otherwise> claims</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="work">
    <section id="work" class="card" aria-labelledby="work-title" tabindex="-1">
      <h2 id="work-title">Work list</h2>
      <xsl:choose>
        <xsl:when test="$found = 0">
          <p class="empty">Nothing to do: no claim has a finding.</p>
        </xsl:when>
        <xsl:otherwise>
          <noscript>
            <p class="notice">The work list needs JavaScript. The same findings stand in the CSV report, one a row.</p>
          </noscript>
          <xsl:if test="$listed &lt; $found">
            <p class="notice">
              <xsl:value-of select="concat('Listed are the ', format-number($listed, '#,##0'), ' most pressing of ', format-number($found, '#,##0'), ' claims with findings. The CSV report has them all.')"/>
            </p>
          </xsl:if>
          <xsl:call-template name="toolbar"/>
          <div class="counts">
            <p id="count" role="status"/>
            <button type="button" class="button scripted" id="open" aria-pressed="false">Open all</button>
          </div>
          <table class="work scripted">
            <caption class="unseen">Claims with findings; a button in each row opens its details</caption>
            <thead>
              <tr>
                <th scope="col"><button type="button" data-sort="state">Status</button></th>
                <th scope="col"><button type="button" data-sort="id">Claim</button></th>
                <th scope="col"><button type="button" data-sort="payer">Payer</button></th>
                <th scope="col"><button type="button" data-sort="date">Service</button></th>
                <th scope="col">Reason</th>
                <th scope="col" class="amount"><button type="button" data-sort="charge">Charge</button></th>
              </tr>
            </thead>
            <tbody id="rows"/>
          </table>
          <nav class="pages scripted" aria-label="Pages of the work list">
            <button type="button" class="button" id="previous">Previous</button>
            <span id="page"/>
            <button type="button" class="button" id="next">Next</button>
            <label>Claims a page
              <select id="size"><option>25</option><option>50</option><option>100</option></select>
            </label>
          </nav>
        </xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:template>

  <xsl:template name="toolbar">
    <form class="toolbar scripted" role="search" id="filter" autocomplete="off">
      <fieldset class="views">
        <legend class="unseen">Show</legend>
        <xsl:call-template name="view">
          <xsl:with-param name="name">rejected</xsl:with-param>
          <xsl:with-param name="text">To fix</xsl:with-param>
        </xsl:call-template>
        <xsl:call-template name="view">
          <xsl:with-param name="name">warn</xsl:with-param>
          <xsl:with-param name="text">Warnings</xsl:with-param>
        </xsl:call-template>
        <xsl:call-template name="view">
          <xsl:with-param name="name">corrected</xsl:with-param>
          <xsl:with-param name="text">Repaired</xsl:with-param>
        </xsl:call-template>
        <xsl:call-template name="view">
          <xsl:with-param name="name">all</xsl:with-param>
          <xsl:with-param name="text">All</xsl:with-param>
        </xsl:call-template>
      </fieldset>
      <label class="search">
        <span class="unseen">Search claims</span>
        <input type="search" id="search" placeholder="Search (press /)" autocomplete="off" spellcheck="false"/>
      </label>
      <label>
        <span class="unseen">Reason</span>
        <select id="reason"><option value="">Every reason</option></select>
      </label>
      <label>
        <span class="unseen">Payer</span>
        <select id="payer"><option value="">Every payer</option></select>
      </label>
      <label class="narrow">
        <span class="unseen">Sort by</span>
        <select id="sort">
          <option value="risk">Most dollars at risk first</option>
          <option value="charge">Highest charge first</option>
          <option value="date">Oldest service first</option>
          <option value="id">By claim</option>
          <option value="payer">By payer</option>
          <option value="state">By status</option>
        </select>
      </label>
      <button type="reset" class="button">Reset</button>
    </form>
  </xsl:template>

  <xsl:template name="view">
    <xsl:param name="name"/>
    <xsl:param name="text"/>
    <label>
      <input type="radio" name="view" value="{$name}"/>
      <span><xsl:value-of select="$text"/><xsl:text> </xsl:text><b data-count="{$name}"/></span>
    </label>
  </xsl:template>

  <xsl:template match="rules">
    <section class="card rules" aria-labelledby="rules">
      <h2 id="rules">The rules that spoke</h2>
      <xsl:for-each select="rule">
        <details id="rule-{@code}">
          <summary><span class="code"><xsl:value-of select="@code"/></span><xsl:text> </xsl:text><xsl:value-of select="@title"/></summary>
          <xsl:if test="@why != ''"><p data-why=""><xsl:value-of select="@why"/></p></xsl:if>
          <xsl:if test="@fix != ''"><p><b>What to do: </b><span data-fix=""><xsl:value-of select="@fix"/></span></p></xsl:if>
          <xsl:if test="fact">
            <dl class="entry">
              <xsl:for-each select="fact">
                <dt><xsl:value-of select="@name"/></dt>
                <dd><xsl:value-of select="@text"/></dd>
              </xsl:for-each>
            </dl>
          </xsl:if>
          <xsl:for-each select="example">
            <p><b>Example: </b><xsl:value-of select="@name"/></p>
            <pre><xsl:value-of select="@text"/></pre>
          </xsl:for-each>
        </details>
      </xsl:for-each>
    </section>
  </xsl:template>

  <xsl:template name="profiles">
    <xsl:for-each select="run/profile">
      <xsl:if test="position() &gt; 1">, </xsl:if>
      <xsl:value-of select="concat(@id, ' ', @version)"/>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="colophon">
    <footer class="colophon">
      <xsl:if test="count(run/profile) &gt; 3">
        <p id="profiles"><xsl:text>Payer profiles: </xsl:text><xsl:call-template name="profiles"/></p>
      </xsl:if>
      <p>
        <xsl:text>Codes beginning with CO, PR or OA are what a payer would likely have answered: suggestions, not decisions. </xsl:text>
        <xsl:text>The page asks nothing of any network.</xsl:text>
      </p>
      <p>
        <xsl:value-of select="concat('claim-scrubber ', run/@version, ', ', format-number(input/@bytes, '#,##0'), ' bytes read, SHA-256 ')"/>
        <code><xsl:value-of select="input/@sha256"/></code>
      </p>
    </footer>
  </xsl:template>
</xsl:stylesheet>
