using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Reports;

/// <summary>What every page of the program is framed by: one HTML file that needs nothing else, light or dark as the reader's system is.</summary>
internal static class PageFrame
{
    /// <summary>Writes a page.</summary>
    /// <param name="title">The page's title.</param>
    /// <param name="content">What stands in its body.</param>
    /// <param name="style">Rules beside those that all pages share.</param>
    /// <param name="script">A script; the page is complete without it.</param>
    public static string Write(string title, Markup content, string style = "", string script = "") => Markup.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title}</title>
        <style>
        {new Markup(style.Length == 0 ? ReportStyle.Text : $"{ReportStyle.Text}\n{style}")}
        </style>
        </head>
        <body>
        <main>
        {content}</main>
        {Script(script)}</body>
        </html>

        """).Text;

    private static Markup Script(string script) => script.Length == 0 ? Markup.None : Markup.Of($"""
        <script>
        {new Markup(script)}
        </script>

        """);
}
