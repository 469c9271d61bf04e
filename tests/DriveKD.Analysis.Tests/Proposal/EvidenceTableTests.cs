using DriveKD.Analysis.Proposal;
using DriveKD.Analysis.Study;
using DriveKD.Analysis.Tests.Support;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Pulls;
using DriveKD.Runs.Recipes;

namespace DriveKD.Analysis.Tests.Proposal;

public sealed class EvidenceTableTests
{
    private const int Layers = 6;

    // Maps of the synthetic model are mostly noise; the rule that is looked at is another.
    private static readonly ProposalSettings _rules = new() { MaxDispersion = 0.6, LeastMass = 0 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void Of_ModelWhoseLayerKAloneCarriesTheCapability_LetsTheRulesFindK(int k)
    {
        StudyResult result = Study(new SyntheticModel("synthetic", Layers, carrier: k));

        foreach (Capability capability in Enum.GetValues<Capability>())
        {
            foreach (StudiedRepresentation representation in (StudiedRepresentation[])[StudiedRepresentation.LastPromptToken, StudiedRepresentation.Text])
            {
                IReadOnlyList<LayerEvidence> evidence = EvidenceTable.Of(result, "synthetic", Layers, capability, representation, []);
                SignalProposal proposal = SignalRules.Choose(capability, evidence, _rules);

                Assert.Equal(Enumerable.Range(1, Layers), evidence.Select(layer => layer.Layer));
                Assert.False(proposal.IsPublishedChoice);
                Assert.Equal((k, k), (proposal.First, proposal.Last));
                Assert.Equal(AttentionMapKind.TextToVision, proposal.Map);
            }
        }
    }

    [Fact]
    public void Of_Pulls_AreMeansOverSamplesOfTheSameMap()
    {
        StudyResult result = Study(new SyntheticModel("synthetic", Layers, carrier: 2));
        SignalPull[] pulls =
        [
            new(PullCandidate.Attention(AttentionMapKind.TextToVision, 3, 1), 1, 0.2, 0.5),
            new(PullCandidate.Attention(AttentionMapKind.TextToVision, 3, 1), 1, 0.4, -0.1),
            new(PullCandidate.Attention(AttentionMapKind.Full, 3, 1), 1, 9, 1),
            new(PullCandidate.Logits, 1, 7, 1),
        ];

        IReadOnlyList<LayerEvidence> evidence = EvidenceTable.Of(result, "synthetic", Layers, Capability.Planning, StudiedRepresentation.Text, pulls);

        Assert.Equal((0.3, 0.2), (evidence[2].Gradient!.Value, evidence[2].Cosine!.Value), new PairComparer());
        Assert.Null(evidence[0].Gradient);
    }

    private static StudyResult Study(SyntheticModel model)
    {
        StudyAccumulator accumulator = new();
        for (int i = 0; i < 60; i++)
        {
            accumulator.Add(SampleMeasurer.Measure(model, SyntheticModel.Sample(i, (Capability)(i % 3))));
        }

        return accumulator.Finish();
    }

    private sealed class PairComparer : IEqualityComparer<(double First, double Second)>
    {
        public bool Equals((double First, double Second) x, (double First, double Second) y) =>
            Math.Abs(x.First - y.First) < 1e-12 && Math.Abs(x.Second - y.Second) < 1e-12;

        public int GetHashCode((double First, double Second) obj) => 0;
    }
}
