using CsCheck;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;

namespace DriveKD.Distillation.Tests.Training;

public class ValidationSelectionTests
{
    [Fact]
    public void Draw_AnyNumber_IsEvenOverTheCapabilitiesAndRepeatsNothing() =>
        Gen.Select(Gen.Int[0, 9].Array[3], Gen.Int[0, 30], Gen.Long[0, 1000]).Sample((counts, wanted, seed) =>
        {
            Sample[] samples = [.. Enum.GetValues<Capability>().SelectMany((capability, i) => Enumerable.Range(0, counts[i]).Select(number => Of(capability, number)))];
            IReadOnlyList<Sample> drawn = ValidationSelection.Draw(samples, wanted, new SeedStreams(seed));

            Assert.Equal(wanted == 0 ? samples.Length : Math.Min(wanted, samples.Length), drawn.Count);
            Assert.Equal(drawn.Count, drawn.Distinct().Count());
            Assert.Equal(drawn, ValidationSelection.Draw(samples, wanted, new SeedStreams(seed)));
            int[] taken = [.. Enum.GetValues<Capability>().Select(capability => drawn.Count(sample => sample.Capability == capability))];
            for (int i = 0; i < 3; i++)
            {
                // A capability has as many as the others, or all that there are.
                Assert.True(taken[i] == counts[i] || taken[i] >= taken.Max() - 1, string.Join(' ', taken));
            }
        });

    private static Sample Of(Capability capability, int number) => new()
    {
        Images = [],
        Question = $"{capability} {number}",
        Answer = "",
        Capability = capability,
        QuestionType = "",
        Source = new SourcePosition("records.json", number, "$"),
    };
}
