using DriveKD.Analysis.Proposal;
using DriveKD.Analysis.Study;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Pulls;
using DriveKD.Runs.Recipes;

namespace DriveKD.Analysis.Report;

/// <summary>All that a pre-study's page, tables and files tell.</summary>
public sealed record PreStudyReport
{
    /// <summary>The recipe.</summary>
    public required PreStudyRecipe Recipe { get; init; }

    /// <summary>Every model that was looked into: its name and decoder layers, the teacher first.</summary>
    public required IReadOnlyList<(string Name, int Layers)> Models { get; init; }

    /// <summary>The student's decoder layers; null without a student.</summary>
    public int? StudentLayers { get; init; }

    /// <summary>What the studies gave.</summary>
    public required StudyResult Result { get; init; }

    /// <summary>How candidates pull, by the capability of the samples.</summary>
    public IReadOnlyDictionary<Capability, IReadOnlyList<SignalPull>> Pulls { get; init; } = new Dictionary<Capability, IReadOnlyList<SignalPull>>();

    /// <summary>What is proposed, one for each capability that was studied.</summary>
    public required IReadOnlyList<SignalProposal> Proposals { get; init; }

    /// <summary>Samples of each capability that were looked at.</summary>
    public required IReadOnlyDictionary<Capability, int> Samples { get; init; }

    /// <summary>The run folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The program's name, version and commit.</summary>
    public required string Program { get; init; }

    /// <summary>Where it computed.</summary>
    public required string Device { get; init; }

    /// <summary>When the run began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When this was written.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The teacher: the first model.</summary>
    public (string Name, int Layers) Teacher => Models[0];

    /// <summary>Which signal is stable here, in a sentence.</summary>
    public string Stability => PreStudyWords.Stability(this);

    /// <summary>Why the proposal may mean nothing, in a sentence; null where layers tell capabilities apart.</summary>
    public string? Doubt => PreStudyWords.Doubt(this);
}
