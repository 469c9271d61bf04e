using CsCheck;
using DriveKD.Evaluation.Metrics;

namespace DriveKD.Evaluation.Tests.Metrics;

public sealed class RougeLTests
{
    private const double SquaredBeta = 1.44;

    [Theory]
    [InlineData("", "", 1)]
    [InlineData("", "a", 0)]
    [InlineData("a b", "a b", 1)]
    [InlineData("b a", "a b", 0.5)]
    public void Score_ShortTexts_AsByHand(string prediction, string reference, double expected) =>
        Assert.Equal(expected, RougeL.Score(prediction, reference), 1e-12);

    [Fact]
    public void Score_AnyTexts_AsThePlainTableGives() =>
        // Up to 200 tokens: several machine words of bits.
        Gen.Select(Gen.Char['a', 'e'].Array[1, 200], Gen.Char['a', 'e'].Array[1, 200]).Sample(texts =>
        {
            int common = CommonByTable(texts.Item1, texts.Item2);
            (double precision, double recall) = ((double)common / texts.Item1.Length, (double)common / texts.Item2.Length);
            double expected = common == 0 ? 0 : (1 + SquaredBeta) * precision * recall / (recall + (SquaredBeta * precision));

            Assert.Equal(expected, RougeL.Score(string.Join(' ', texts.Item1), string.Join(' ', texts.Item2)), 1e-12);
        });

    private static int CommonByTable(char[] left, char[] right)
    {
        int[,] table = new int[left.Length + 1, right.Length + 1];
        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                table[i, j] = left[i - 1] == right[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
            }
        }

        return table[left.Length, right.Length];
    }
}
