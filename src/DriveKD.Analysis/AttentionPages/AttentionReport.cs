using DriveKD.Models.Generation.Attention;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>Everything that a page of attention maps tells.</summary>
public sealed record AttentionReport
{
    /// <summary>The model whose sequence it is.</summary>
    public required AttentionModel Teacher { get; init; }

    /// <summary>The model beside it, or null.</summary>
    public required AttentionModel? Student { get; init; }

    /// <summary>What both read.</summary>
    public required AttentionSequence Sequence { get; init; }

    /// <summary>Whether the answer was given, and not the teacher's own.</summary>
    public required bool IsAnswerGiven { get; init; }

    /// <summary>Whether the teacher's answer was cut off.</summary>
    public required bool IsAnswerCutOff { get; init; }

    /// <summary>The tokens whose attention is averaged.</summary>
    public required ChosenRows Rows { get; init; }

    /// <summary>The prompt as people read it.</summary>
    public required IReadOnlyList<SequencePiece> PromptPieces { get; init; }

    /// <summary>The answer as people read it.</summary>
    public required IReadOnlyList<SequencePiece> AnswerPieces { get; init; }

    /// <summary>The layers, rising, at least one.</summary>
    public required IReadOnlyList<LayerPair> Layers { get; init; }

    /// <summary>The program and its version.</summary>
    public required string Program { get; init; }

    /// <summary>Versions of what it was built with, by name.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>When the page was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The models that are there, the teacher first.</summary>
    internal IEnumerable<AttentionModel> Models => Student is null ? [Teacher] : [Teacher, Student];
}
