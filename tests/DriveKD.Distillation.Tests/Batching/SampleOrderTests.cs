using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Batching;

public class SampleOrderTests
{
    private static readonly Sample[] _samples = Samples(5, 0, 0);

    private static readonly Gen<(int Perception, int Reasoning, int Planning)> _counts =
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 12], Gen.Int[0, 12]).Where((first, second, third) => first + second + third > 0);

    [Fact]
    public void Windows_ThreeEpochs_HoldEverySampleOncePerEpochInAnotherOrder()
    {
        SampleWindow[] windows = [.. SampleOrder.Windows(_samples, Train(2), new SeedStreams(3)).Take(9)];
        Assert.Equal([2, 2, 1, 2, 2, 1, 2, 2, 1], windows.Select(window => window.Samples.Count));
        int[][] epochs = [.. windows.GroupBy(window => window.Epoch).Select(epoch => epoch.SelectMany(Indices).ToArray())];
        Assert.All(epochs, epoch => Assert.Equal([0, 1, 2, 3, 4], epoch.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
    }

    [Fact]
    public void Windows_Default_DrawOnePermutationPerEpochFromTheirStream()
    {
        RandomStream stream = new SeedStreams(3).Open("data order");
        int[] expected = [.. stream.Permutation(5), .. stream.Permutation(5), .. stream.Permutation(5)];
        Assert.Equal(expected, SampleOrder.Windows(_samples, Train(2), new SeedStreams(3)).Take(9).SelectMany(Indices));
    }

    [Fact]
    public void Windows_NotShuffled_FollowTheRecords() =>
        Assert.Equal([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], SampleOrder.Windows(_samples, Train(3) with { Shuffle = false }, new SeedStreams(3)).Take(4).SelectMany(Indices));

    [Theory]
    [InlineData(CapabilityOrder.Shuffled)]
    [InlineData(CapabilityOrder.Balanced)]
    [InlineData(CapabilityOrder.Curriculum)]
    public void Windows_TwiceOrFromTheMiddle_AreTheSame(CapabilityOrder order) =>
        Gen.Select(_counts, Gen.Int[1, 5], Gen.Int[0, 40], Gen.Bool).Sample((counts, accumulation, skip, shuffle) =>
        {
            Sample[] samples = Samples(counts.Perception, counts.Reasoning, counts.Planning);
            TrainSettings train = Train(accumulation) with { CapabilityOrder = order, Shuffle = shuffle };
            IEnumerable<SampleWindow> windows = SampleOrder.Windows(samples, train, new SeedStreams(3));
            (int, string)[] first = [.. windows.Take(50).Select(Describe)];
            Assert.Equal(first, windows.Take(50).Select(Describe));
            Assert.Equal(first[skip..], SampleOrder.Windows(samples, train, new SeedStreams(3), skip).Take(50 - skip).Select(Describe));
        });

    [Fact]
    public void Windows_Balanced_HoldTheCapabilitiesEvenlyAndEverySampleOfOneBeforeItRepeats() =>
        Gen.Select(_counts, Gen.Int[1, 7], Gen.Bool).Sample((counts, accumulation, shuffle) =>
        {
            Sample[] samples = Samples(counts.Perception, counts.Reasoning, counts.Planning);
            TrainSettings train = Train(accumulation) with { CapabilityOrder = CapabilityOrder.Balanced, Shuffle = shuffle };
            int windowsPerEpoch = (samples.Length + accumulation - 1) / accumulation;
            SampleWindow[] windows = [.. SampleOrder.Windows(samples, train, new SeedStreams(3)).Take(4 * windowsPerEpoch)];
            Assert.All(windows.GroupBy(window => window.Epoch), epoch => Assert.Equal(samples.Length, epoch.Sum(window => window.Samples.Count)));
            Assert.Equal(4, windows.Select(window => window.Epoch).Distinct().Count());
            foreach (SampleWindow window in windows)
            {
                int[] held = [.. samples.Select(sample => sample.Capability).Distinct().Select(capability => window.Samples.Count(sample => sample.Capability == capability))];
                Assert.InRange(held.Max() - held.Min(), 0, 1);
            }

            foreach (IGrouping<Capability, Sample> group in windows.SelectMany(window => window.Samples).GroupBy(sample => sample.Capability))
            {
                int size = samples.Count(sample => sample.Capability == group.Key);
                foreach (int[] pass in group.Select(sample => sample.Source.Index).Chunk(size).Where(pass => pass.Length == size))
                {
                    Assert.Equal(size, pass.Distinct().Count());
                    Assert.True(shuffle || pass.SequenceEqual(pass.Order()));
                }
            }
        });

    [Fact]
    public void Windows_BalancedWithMoreOfOneCapability_LeavesTheOrderOfTheOthers()
    {
        TrainSettings train = Train(3) with { CapabilityOrder = CapabilityOrder.Balanced };
        int[] Planning(Sample[] samples) =>
        [
            .. SampleOrder.Windows(samples, train, new SeedStreams(3)).SelectMany(window => window.Samples)
                .Where(sample => sample.Capability == Capability.Planning).Take(20).Select(sample => sample.Source.Index - samples.Length),
        ];
        Assert.Equal(Planning(Samples(4, 5, 6)), Planning(Samples(9, 5, 6)));
    }

    [Fact]
    public void Windows_Curriculum_SortEachEpochByStageAndHoldEverySampleOnce() =>
        Gen.Select(_counts, Gen.Int[1, 7], Gen.Bool).Sample((counts, accumulation, shuffle) =>
        {
            Sample[] samples = Samples(counts.Perception, counts.Reasoning, counts.Planning);
            TrainSettings train = Train(accumulation) with
            {
                CapabilityOrder = CapabilityOrder.Curriculum,
                Curriculum = ["planning", "perception", "reasoning"],
                Shuffle = shuffle,
            };
            int windowsPerEpoch = (samples.Length + accumulation - 1) / accumulation;
            foreach (IGrouping<int, SampleWindow> epoch in SampleOrder.Windows(samples, train, new SeedStreams(3)).Take(3 * windowsPerEpoch).GroupBy(window => window.Epoch))
            {
                Sample[] order = [.. epoch.SelectMany(window => window.Samples)];
                Assert.Equal(Enumerable.Range(0, samples.Length), order.Select(sample => sample.Source.Index).Order());
                Capability[] stages = [.. order.Select(sample => sample.Capability)];
                Assert.Equal(
                    Enumerable.Repeat(Capability.Planning, counts.Planning).Concat(Enumerable.Repeat(Capability.Perception, counts.Perception))
                        .Concat(Enumerable.Repeat(Capability.Reasoning, counts.Reasoning)),
                    stages);
            }
        });

    [Fact]
    public void Windows_CurriculumWithoutACapabilityThatHasSamples_NamesIt()
    {
        TrainSettings train = Train(2) with { CapabilityOrder = CapabilityOrder.Curriculum, Curriculum = ["reasoning"] };
        InputException exception = Assert.Throws<InputException>(() => SampleOrder.Windows(Samples(2, 1, 3), train, new SeedStreams(3)));
        Assert.Equal(
            [
                "train.curriculum: leaves out perception, which has 2 samples: name it, or take its samples away with data.capabilities.",
                "train.curriculum: leaves out planning, which has 3 samples: name it, or take its samples away with data.capabilities.",
            ],
            exception.Problems.Select(problem => problem.ToString()));
        Assert.NotEmpty(SampleOrder.Windows(Samples(0, 1, 0), train, new SeedStreams(3)).Take(1));
    }

    internal static Sample[] Samples(int perception, int reasoning, int planning) =>
    [
        .. Enumerable.Repeat(Capability.Perception, perception).Concat(Enumerable.Repeat(Capability.Reasoning, reasoning))
            .Concat(Enumerable.Repeat(Capability.Planning, planning)).Select((capability, index) => new Sample
            {
                Images = [],
                Question = "q",
                Answer = "a",
                Capability = capability,
                QuestionType = "type",
                Source = new SourcePosition("f", index, "$"),
            }),
    ];

    private static TrainSettings Train(int accumulation) => new() { Steps = 1, Accumulation = accumulation };

    private static (int Epoch, string Indices) Describe(SampleWindow window) => (window.Epoch, string.Join(' ', Indices(window)));

    private static IEnumerable<int> Indices(SampleWindow window) => window.Samples.Select(sample => sample.Source.Index);
}
