using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>The figures of a group of questions of one form.</summary>
public sealed record CellFigures
{
    /// <summary>How the questions are answered.</summary>
    public required QuestionForm Form { get; init; }

    /// <summary>How many questions are scored.</summary>
    public required int Count { get; init; }

    /// <summary>How many are not.</summary>
    public required int Unscored { get; init; }

    /// <summary>How many scenes the scored questions come from: what the intervals resample.</summary>
    public required int Scenes { get; init; }

    /// <summary>The unscored ones by reason.</summary>
    public required IReadOnlyDictionary<UnscoredReason, int> UnscoredReasons { get; init; }

    /// <summary>The figures in the order in which they are shown; empty where nothing is scored.</summary>
    public required IReadOnlyList<CellFigure> Figures { get; init; }

    /// <summary>A figure by name, or null where the cell has none of it.</summary>
    /// <param name="name">As in the JSON document: official_accuracy, bleu_1, ...</param>
    public double? this[string name] => Figures.FirstOrDefault(figure => figure.Name == name)?.Value;

    /// <summary>The interval of a figure.</summary>
    /// <param name="name">As in the JSON document.</param>
    public Interval? IntervalOf(string name) => Figures.FirstOrDefault(figure => figure.Name == name)?.Interval;
}
