using System.Globalization;
using System.Text;
using Relsim.Datasets;

namespace Relsim.Evaluation.Reports;

/// <summary>
/// One HTML file that shows relational neighbours beside attribute neighbours to someone who has never heard of either. Pictures
/// and styles are inside; nothing is loaded from elsewhere and no script runs.
/// </summary>
public static class DemoReport
{
    private static readonly Lazy<string> Style = new(() => PageStyle.Read("demo-report.css"));

    /// <summary>Writes the page; a killed process leaves the old file or the whole new one.</summary>
    /// <exception cref="ArgumentException">A picture is no PNG, JPEG or WebP file.</exception>
    public static void Write(string path, DemoReportContent content)
    {
        byte[] page = Encoding.UTF8.GetBytes(Render(content));
        AtomicFile.Write(path, stream => stream.Write(page));
    }

    /// <summary>The page as text.</summary>
    /// <exception cref="ArgumentException">A picture is no PNG, JPEG or WebP file.</exception>
    public static string Render(DemoReportContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return new ReportPage
        {
            Title = content.Title,
            Generator = $"Relsim.NET {content.Provenance.Version}",
            Style = Style.Value,
            FirstPart = "neighbours",
            FirstPartName = "neighbours",
            Introduction = Introduction(content),
            Main = Html.Of($"""
                {Agreement(content)}
                {Queries(content)}
                {Maps(content)}
                {NextSteps(content)}
                {Provenance(content.Provenance)}
                """),
        }.Render();
    }

    private static Html Introduction(DemoReportContent content) => Html.Of($"""
        <header class="top">
        <p class="eyebrow">Relational visual similarity</p>
        <h1>{content.Title}</h1>
        <p class="lede">A peach cut open and the Earth cut open look nothing alike. Still you see at once what they share: layers around a
        core. Most image search compares colours, textures and objects, and keeps such pictures apart. Relational similarity asks how the parts of
        a picture stand to each other, and brings them together.
        <strong class="logic">Same logic</strong> lists the pictures arranged as the query is, whatever they show.
        <strong class="look">Same look</strong> lists those that resemble it, as image search usually does.</p>
        <p class="facts">{Count(content.Queries.Count, "query", "queries")}, searched among
        {Count(content.GallerySize, "picture", "pictures")}{Lead(content.Gallery)}. Idea and name:
        <a href="https://arxiv.org/abs/2512.07833">Relational Visual Similarity</a>.</p>
        </header>
        """);

    private static Html Agreement(DemoReportContent content)
    {
        IReadOnlyList<DemoAgreement> lines = content.Agreement ?? DemoAgreement.Of(content.Queries);
        return lines.All(line => double.IsNaN(line.SameRelation) && double.IsNaN(line.SameLook)) ? Html.Empty : Html.Of($"""
            <section aria-labelledby="agreement">
            <h2 id="agreement">Does the truth agree?</h2>
            <table class="agreement">
            <caption>Share of the hits that truly have the query's relation, or its look. Both are known here, because each picture was
            made from a relation and a look.</caption>
            <thead><tr><th scope="col">Search by</th><th scope="col">same relation</th><th scope="col">same look</th><th scope="col" class="count">hits</th></tr></thead>
            <tbody>{Html.Each(lines, AgreementLine)}</tbody>
            </table>
            </section>
            """);
    }

    private static Html AgreementLine(DemoAgreement line) => Html.Of($"""
        <tr><th scope="row">{line.Name}</th>{Share(line.SameRelation, "logic")}{Share(line.SameLook, "look")}<td class="count">{line.Hits:N0}</td></tr>
        """);

    private static Html Share(double share, string kind) => double.IsNaN(share)
        ? Html.Of($"<td>unknown</td>")
        : Html.Of($"""<td><span class="share {kind}"><span class="number">{share * 100:0} %</span>{Bar(share)}</span></td>""");

    private static Html Queries(DemoReportContent content) => Html.Of($"""
        <section id="neighbours" aria-labelledby="neighbours-title">
        <h2 id="neighbours-title">Neighbours, side by side</h2>
        {Legend(content)}
        {Html.Each(content.Queries.Index(), query => Query(query.Index + 1, query.Item))}
        </section>
        """);

    private static Html Legend(DemoReportContent content) =>
        !content.Queries.SelectMany(query => query.Relational).Any(hit => hit.SameRelation is not null) ? Html.Empty : Html.Of($"""
            <p class="note">The number is the cosine of the two embeddings: higher is closer, 1 is the same. <span class="chip yes">✓ logic</span> and
            <span class="chip yes">✓ look</span> say what picture and query truly share, <span class="chip no">✗</span> what they do not. The words under a picture
            of the same logic are the caption that explains both pictures best; things are left open in it, in braces.</p>
            """);

    private static Html Query(int number, DemoQuery query) => Html.Of($"""
        <article class="query" aria-labelledby="query-{number}">
        <div class="asked">
        <img class="picture" src="{DataUri.Of(query.Thumbnail)}" alt="Query {number}: {query.Caption}" width="192" height="192">
        <div><h3 id="query-{number}">Query {number}</h3>
        <p class="caption">{Placeholders(query.Caption)}</p>
        {(query.Relation.Length == 0 ? Html.Empty : Html.Of($"<p class=\"relation\">{query.Relation}</p>"))}</div>
        </div>
        {Row("logic", "Same logic", "the nearest by relation", query.Relational)}
        {Row("look", "Same look", "the nearest by attributes", query.Attribute)}
        </article>
        """);

    private static Html Row(string kind, string title, string explanation, IReadOnlyList<DemoHit> hits) => Html.Of($"""
        <section class="row {kind}">
        <h4>{title} <span>{explanation}</span></h4>
        {(hits.Count == 0 ? Html.Of($"<p class=\"note\">Nothing was found.</p>") : Html.Of($"<ol class=\"hits\">{Html.Each(hits, Hit)}</ol>"))}
        </section>
        """);

    private static Html Hit(DemoHit hit) => Html.Of($"""
        <li>
        <img class="picture" src="{DataUri.Of(hit.Thumbnail)}" alt="{hit.Description}" width="192" height="192">
        <div class="score"><span class="number">{hit.Score:0.00}</span>{Bar(hit.Score)}</div>
        {Chips(hit)}
        {(hit.SharedCaption is null ? Html.Empty : Html.Of($"<p class=\"caption\">{Placeholders(hit.SharedCaption)}</p>"))}
        </li>
        """);

    private static Html Chips(DemoHit hit) => hit.SameRelation is null && hit.SameLook is null
        ? Html.Empty
        : Html.Of($"""<p class="chips">{Chip("logic", hit.SameRelation)}{Chip("look", hit.SameLook)}</p>""");

    private static Html Chip(string what, bool? same) => same switch
    {
        true => Html.Of($"""<span class="chip yes"><span aria-hidden="true">✓ </span><span class="hidden">same </span>{what}</span>"""),
        false => Html.Of($"""<span class="chip no"><span aria-hidden="true">✗ </span><span class="hidden">other </span>{what}</span>"""),
        null => Html.Empty,
    };

    // A cosine below zero has no length.
    private static Html Bar(double share) =>
        Html.Of($"""<span class="bar" aria-hidden="true"><span style="width:{Math.Clamp(share, 0, 1) * 100:0.#}%"></span></span>""");

    private static Html Maps(DemoReportContent content) => content.Maps.Count == 0 ? Html.Empty : Html.Of($"""
        <section aria-labelledby="maps">
        <h2 id="maps">The whole gallery at a glance</h2>
        <p class="note">Each picture stands where its two similarities to the query put it: to the right what looks alike, to the top what shares a logic. At the top
        left are the finds that a search by looks misses.</p>
        {Html.Each(content.Maps, Map)}
        </section>
        """);

    private static Html Map(DemoMap map) => Html.Of($"""
        <figure class="map"><picture>{DarkSource(map.DarkImage)}<img src="{DataUri.Of(map.Image)}"
        alt="Map of pictures by attribute similarity, left to right, and relational similarity, bottom to top: {map.Caption}"></picture>
        <figcaption>{Placeholders(map.Caption)}</figcaption></figure>
        """);

    private static Html DarkSource(byte[]? image) => image is null
        ? Html.Empty
        : Html.Of($"""<source media="(prefers-color-scheme: dark)" srcset="{DataUri.Of(image)}">""");

    private static Html NextSteps(DemoReportContent content) => content.NextSteps.Count == 0 ? Html.Empty : Html.Of($"""
        <section aria-labelledby="next">
        <h2 id="next">Now with your own pictures</h2>
        <ol class="steps">{Html.Each(content.NextSteps, step => Html.Of($"<li><p>{step.Purpose}</p><pre tabindex=\"0\"><code>{step.Command}</code></pre></li>"))}</ol>
        </section>
        """);

    private static Html Provenance(DemoProvenance provenance)
    {
        (string Name, string Value)[] lines =
        [
            ("Command", provenance.Command), ("Seed", provenance.Seed.ToString(CultureInfo.InvariantCulture)),
            ("Model", provenance.ModelId), ("Fingerprint", provenance.Fingerprint), ("Preprocessing", provenance.Profile),
            ("Version", $"Relsim.NET {provenance.Version}"), ("Machine", provenance.Machine),
            ("Made", provenance.Made.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)),
        ];
        return Html.Of($"""
            <section aria-labelledby="provenance">
            <h2 id="provenance">Where this comes from</h2>
            <dl class="provenance">{Html.Each(lines, line => Html.Of($"<div><dt>{line.Name}</dt><dd>{line.Value}</dd></div>"))}</dl>
            </section>
            """);
    }

    /// <summary>Marks what stands in braces, so that a reader sees which words are left open.</summary>
    internal static Html Placeholders(string caption)
    {
        var markup = new StringBuilder();
        int at = 0;
        for (int open = caption.IndexOf('{', StringComparison.Ordinal); open >= 0; open = caption.IndexOf('{', at))
        {
            int close = caption.IndexOf('}', open);
            if (close < 0)
            {
                break;
            }

            markup.Append(Html.Of($"{caption[at..open]}<span class=\"open\">{caption[open..(close + 1)]}</span>").Markup);
            at = close + 1;
        }

        return new Html(markup.Append(Html.Of($"{caption[at..]}").Markup).ToString());
    }

    private static Html Count(int count, string one, string many) => Html.Of($"{count:N0} {(count == 1 ? one : many)}");

    private static string Lead(string clause) => clause.Length == 0 ? clause : " " + clause;
}
