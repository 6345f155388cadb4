namespace Relsim.Evaluation.Reports;

/// <summary>The frame of a report's page: it may show what it carries and nothing else, whatever a file name says, and runs no script.</summary>
internal sealed record ReportPage
{
    /// <summary>The heading of the browser's window.</summary>
    public required string Title { get; init; }

    /// <summary>What made the page.</summary>
    public required string Generator { get; init; }

    /// <summary>Where fonts may come from, as a directive that ends with "; "; empty for nowhere.</summary>
    public string FontPolicy { get; init; } = "";

    /// <summary>The style sheet, which is trusted.</summary>
    public required string Style { get; init; }

    /// <summary>The id of the first part, to which the keyboard may skip.</summary>
    public required string FirstPart { get; init; }

    /// <summary>What that part is called in "Skip to the ...".</summary>
    public required string FirstPartName { get; init; }

    /// <summary>What stands above the parts.</summary>
    public required Html Introduction { get; init; }

    /// <summary>The parts.</summary>
    public required Html Main { get; init; }

    private string ContentPolicy => $"default-src 'none'; img-src data:; {FontPolicy}style-src 'unsafe-inline'";

    /// <summary>The page as text.</summary>
    public string Render() => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="{ContentPolicy}">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="{Generator}">
        <link rel="icon" href="data:,">
        <title>{Title}</title>
        <style>{new Html(Style)}</style>
        </head>
        <body>
        <a class="skip" href="#{FirstPart}">Skip to the {FirstPartName}</a>
        {Introduction}
        <main>
        {Main}
        </main>
        </body>
        </html>

        """).Markup;
}
