using DriveKD.Analysis.Proposal;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Analysis.Tests.Proposal;

public sealed class ProposedRecipeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ProposedRecipeTests()
    {
        foreach (string folder in (string[])["models/8B", "models/1B", "pictures"])
        {
            Directory.CreateDirectory(_folder[folder]);
        }

        File.WriteAllText(_folder["records.json"], "[]");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ThreeCapabilities_IsARecipeOfThoseLayersWithItsReasons()
    {
        ProposedRecipe proposed = Proposed([Signal(Capability.Perception, 3, 3, gradient: null), Signal(Capability.Reasoning, 5, 20, gradient: null), Signal(Capability.Planning, 27, 27, gradient: null)]);

        string yaml = proposed.Write();
        DistillRecipe recipe = Read(yaml);

        Assert.Equal((_folder["models/1B"], _folder["models/8B"]), (recipe.Models.Student, recipe.Models.Teachers!.Reasoning!));
        SignalSettings reasoning = recipe.Distillation.Signals[Capability.Reasoning];
        Assert.Equal((5, 20, 4, 17), (reasoning.TeacherLayers.First, reasoning.TeacherLayers.Last, reasoning.StudentLayers.First, reasoning.StudentLayers.Last));
        Assert.Equal(AttentionMapKind.Full, reasoning.Map);
        Assert.Equal(23, recipe.Distillation.Signals[Capability.Planning].StudentLayers.First);
        Assert.Contains("    # because of Planning", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("weighting", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OneCapability_GivesTheOthersNoWeight()
    {
        PreStudyDataSettings data = Data() with { Capabilities = ["planning"] };

        DistillRecipe recipe = Read((Proposed([Signal(Capability.Planning, 27, 27, gradient: null)]) with { Data = data }).Write());

        Assert.Equal((0, 0), (recipe.Distillation.Weights.Perception, recipe.Distillation.Weights.Reasoning));
        Assert.NotEqual(0, recipe.Distillation.Weights.Planning);
        Assert.Null(recipe.Models.Teachers!.Perception);
        Assert.Equal([Capability.Planning], recipe.Data.SelectedCapabilities()!);
    }

    [Fact]
    public void Write_GradientsFarFromSupervisions_AreBroughtToARatio()
    {
        DistillRecipe recipe = Read(Proposed([Signal(Capability.Perception, 1, 1, gradient: 1e-5), Signal(Capability.Reasoning, 1, 9, gradient: 0.2), Signal(Capability.Planning, 9, 9, gradient: 0.2)]).Write());

        Assert.Equal((WeightingKind.Ratio, 0.1), (recipe.Weighting.Kind, recipe.Weighting.Ratio));
    }

    private ProposedRecipe Proposed(IReadOnlyList<SignalProposal> signals) => new()
    {
        Study = "runs/study",
        Teacher = _folder["models/8B"],
        TeacherLayers = 28,
        Student = _folder["models/1B"],
        StudentLayers = 24,
        Data = Data(),
        Seed = 42,
        Signals = signals,
    };

    private PreStudyDataSettings Data() => new() { Records = [_folder["records.json"]], Images = _folder["pictures"] };

    private static SignalProposal Signal(Capability capability, int first, int last, double? gradient) => new()
    {
        Capability = capability,
        First = first,
        Last = last,
        Map = last > first ? AttentionMapKind.Full : AttentionMapKind.TextToVision,
        Reasons = [$"because of {capability}"],
        IsPublishedChoice = false,
        Verdicts = [new LayerVerdict(new LayerEvidence { Layer = first, TextToVisionDispersion = 0, FullDispersion = 0, Mass = 1, Separation = 1, Gradient = gradient, Cosine = 0 }, true, true, true, true)],
    };

    private DistillRecipe Read(string yaml)
    {
        File.WriteAllText(_folder["proposal.yaml"], yaml);
        return RecipeReader.Read<DistillRecipe>(_folder["proposal.yaml"], []).Recipe;
    }
}
