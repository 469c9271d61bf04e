using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;

namespace DriveKD.Analysis.Proposal;

/// <summary>The layers and the part of their maps that are proposed for one capability, and why.</summary>
public sealed record SignalProposal
{
    /// <summary>The capability.</summary>
    public required Capability Capability { get; init; }

    /// <summary>The first of the teacher's layers, from 1.</summary>
    public required int First { get; init; }

    /// <summary>The last of them.</summary>
    public required int Last { get; init; }

    /// <summary>The part of the maps.</summary>
    public required AttentionMapKind Map { get; init; }

    /// <summary>The reasons in words, one a line.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>No layer passed every rule: this is the published choice.</summary>
    public required bool IsPublishedChoice { get; init; }

    /// <summary>What the rules say of every layer, from the first.</summary>
    public required IReadOnlyList<LayerVerdict> Verdicts { get; init; }

    /// <summary>The capability as recipes write it.</summary>
    public string CapabilityName => RecipeNames.OfEnum(Capability);

    /// <summary>The part of the maps as recipes write it.</summary>
    public string MapName => RecipeNames.OfEnum(Map);

    /// <summary>The student's layers for the teacher's: both models' first and last layers stand for each other, those between by their relative depth.</summary>
    /// <param name="teacherLayers">The teacher's decoder layers.</param>
    /// <param name="studentLayers">The student's.</param>
    public LayerRange StudentLayers(int teacherLayers, int studentLayers) => new()
    {
        First = AtDepthOf(First, teacherLayers, studentLayers),
        Last = AtDepthOf(Last, teacherLayers, studentLayers),
    };

    /// <summary>The layer of one model at the relative depth of another's.</summary>
    /// <param name="layer">Of the other, from 1.</param>
    /// <param name="layers">The other's layers.</param>
    /// <param name="own">The one's layers.</param>
    public static int AtDepthOf(int layer, int layers, int own) =>
        layers <= 1 ? 1 : 1 + (int)Math.Round((layer - 1.0) * (own - 1) / (layers - 1), MidpointRounding.AwayFromZero);
}
