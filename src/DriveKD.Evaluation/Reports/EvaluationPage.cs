using DriveKD.Evaluation.Results;
using DriveKD.Runs.Reports;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Reports;

/// <summary>
/// An evaluation as one HTML file that needs nothing else: figures with their intervals first, then types of question, corruptions, examples
/// with pictures, and how it was made.
/// </summary>
public static class EvaluationPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="results">The results.</param>
    /// <param name="examples">Questions to show.</param>
    /// <param name="strip">One picture under each corruption; empty for none.</param>
    /// <param name="facts">How the run was made.</param>
    public static string Write(EvaluationResults results, IReadOnlyList<EvaluationExample> examples, IReadOnlyList<PagePicture> strip, EvaluationFacts facts)
    {
        string title = $"Evaluation {Path.GetFileName(facts.Folder)}";
        Markup content = Markup.Of($"""
            <header>
            <h1>{title}</h1>
            {EvaluationHead.Write(results, facts)}</header>
            {CapabilitySection.Write(results)}{ComparisonSection.Write(results)}{TypeSection.Write(results)}{RobustnessSection.Write(results, strip)}{ExampleSection.Write(results, examples)}{FactSection.Write(results, facts)}<p class="made">Made by {facts.Program} at {ReportNumbers.Moment(facts.MadeAt)} from <span class="path">{facts.Folder}</span>.</p>

            """);
        return PageFrame.Write(title, content, EvaluationStyle.Text);
    }
}
