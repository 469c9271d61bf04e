using DriveKD.Analysis.Proposal;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;

namespace DriveKD.Analysis.Tests.Proposal;

public sealed class SignalRulesTests
{
    private static readonly ProposalSettings _rules = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Choose_OneLayerTellsCapabilitiesApart_IsFound(int k)
    {
        SignalProposal proposal = Choose(Layers(6, layer => layer with { Separation = layer.Layer == k ? 0.3 : 0.05 }));

        Assert.Equal((k, k, AttentionMapKind.TextToVision, false), (proposal.First, proposal.Last, proposal.Map, proposal.IsPublishedChoice));
        Assert.Equal(k, Assert.Single(proposal.Verdicts, verdict => verdict.IsChosen).Evidence.Layer);
        Assert.Contains(proposal.Reasons, reason => reason.StartsWith($"aligned: at layer {k} ", StringComparison.Ordinal));
    }

    [Fact]
    public void Choose_NeighboursNearlyAsAligned_JoinWithTheirFullMaps()
    {
        double[] separations = [0.10, 0.28, 0.30, 0.29, 0.1, 0.29];
        SignalProposal proposal = Choose(Layers(6, layer => layer with { Separation = separations[layer.Layer - 1] }));

        // Layer 6 is as well aligned, and no neighbour.
        Assert.Equal((2, 4, AttentionMapKind.Full), (proposal.First, proposal.Last, proposal.Map));
    }

    [Fact]
    public void Choose_RangeWhoseFullMapsAreUnstable_TakesTextToVision()
    {
        SignalProposal proposal = Choose(Layers(4, layer => layer with { Separation = layer.Layer is 2 or 3 ? 0.3 : 0, FullDispersion = layer.Layer == 3 ? 0.5 : 0.01 }));

        Assert.Equal((2, 3, AttentionMapKind.TextToVision), (proposal.First, proposal.Last, proposal.Map));
    }

    [Fact]
    public void Choose_BestLayerBreaksARule_TheNextOneIsTaken()
    {
        Func<LayerEvidence, LayerEvidence>[] breaches =
        [
            layer => layer with { TextToVisionDispersion = 0.11 },
            layer => layer with { Mass = 0.2 },
            layer => layer with { Gradient = 1e-6 },
            layer => layer with { Cosine = -0.6 },
        ];
        foreach (Func<LayerEvidence, LayerEvidence> breach in breaches)
        {
            SignalProposal proposal = Choose(Layers(
                5, layer => layer.Layer == 2 ? breach(layer with { Separation = 0.5 }) : layer with { Separation = layer.Layer == 4 ? 0.3 : 0.1 }));

            Assert.Equal(4, proposal.First);
            Assert.False(proposal.Verdicts[1].Passes);
        }
    }

    [Fact]
    public void Choose_NothingPasses_KeepsThePublishedChoiceAndSaysWhy()
    {
        LayerEvidence[] unstable = Layers(8, layer => layer with { TextToVisionDispersion = 0.9 });

        foreach ((Capability capability, int first, int last, AttentionMapKind map) in new[]
        {
            (Capability.Perception, 1, 1, AttentionMapKind.TextToVision),
            (Capability.Reasoning, 1, 7, AttentionMapKind.Full),
            (Capability.Planning, 7, 7, AttentionMapKind.TextToVision),
        })
        {
            SignalProposal proposal = SignalRules.Choose(capability, unstable, _rules);
            Assert.Equal((first, last, map, true), (proposal.First, proposal.Last, proposal.Map, proposal.IsPublishedChoice));
            Assert.Contains("0 stable, 8 rich, 8 sufficient of 8", Assert.Single(proposal.Reasons), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Choose_OneCapabilityAlone_CannotTellAndSaysSo() =>
        Assert.Contains("only one capability was studied", Assert.Single(Choose(Layers(4, layer => layer with { Separation = null })).Reasons), StringComparison.Ordinal);

    [Fact]
    public void Choose_SeparationThatMayBeChance_IsNoReason()
    {
        SignalProposal chance = Choose(Layers(4, layer => layer with { SeparationLow = -0.01 }));
        SignalProposal told = Choose(Layers(4, layer => layer with { Separation = layer.Layer == 2 ? 0.9 : 0.1, SeparationLow = layer.Layer == 2 ? -0.1 : 0.01 }));

        Assert.True(chance.IsPublishedChoice);
        Assert.Contains("by more than chance", Assert.Single(chance.Reasons), StringComparison.Ordinal);
        Assert.False(told.IsPublishedChoice);
        Assert.DoesNotContain(told.Verdicts, verdict => verdict.IsChosen && verdict.Evidence.Layer == 2);
    }

    [Fact]
    public void Choose_NoPictures_TakesFullMaps()
    {
        SignalProposal proposal = Choose(Layers(4, layer => layer with { Mass = null, TextToVisionDispersion = null, Separation = layer.Layer == 3 ? 0.3 : 0.1 }));

        Assert.Equal((3, 3, AttentionMapKind.Full), (proposal.First, proposal.Last, proposal.Map));
    }

    [Theory]
    [InlineData(1, 28, 24, 1)]
    [InlineData(28, 28, 24, 24)]
    [InlineData(27, 28, 24, 23)]
    [InlineData(14, 28, 24, 12)]
    [InlineData(1, 1, 24, 1)]
    public void AtDepthOf_FirstLastAndBetween_KeepTheirPlace(int layer, int layers, int own, int expected) =>
        Assert.Equal(expected, SignalProposal.AtDepthOf(layer, layers, own));

    private static SignalProposal Choose(LayerEvidence[] layers) => SignalRules.Choose(Capability.Perception, layers, _rules);

    private static LayerEvidence[] Layers(int count, Func<LayerEvidence, LayerEvidence> with) =>
    [
        .. Enumerable.Range(1, count).Select(layer => with(new LayerEvidence
        {
            Layer = layer,
            TextToVisionDispersion = 0.05,
            FullDispersion = 0.05,
            Mass = 0.6,
            Separation = 0.1,
            SeparationLow = 0.05,
            Gradient = 0.1,
            Cosine = 0.1,
        })),
    ];
}
