using System.Globalization;
using System.Text.RegularExpressions;

namespace DriveKD.Evaluation.DriveLm;

/// <summary>
/// DriveLM's comparison of the object centres that two texts name: every decimal number counts as half a point; each point of the
/// answer takes the nearest reference point that is left, if the two are less than 16 pixels apart (both axes added).
/// </summary>
public static partial class CoordinateMatch
{
    private const double Reach = 16;

    // The published code's guard against division by zero, which every figure contains.
    private const double Small = 1e-8;

    /// <summary>The points of a text; null where its numbers do not pair.</summary>
    /// <param name="text">A question or an answer.</param>
    public static IReadOnlyList<(double X, double Y)>? Points(string text)
    {
        double[] numbers = Numbers(text);
        return numbers.Length % 2 == 0 ? Pair(numbers) : null;
    }

    /// <summary>The points of an answer: a last number without a partner is dropped.</summary>
    /// <param name="text">An answer.</param>
    public static IReadOnlyList<(double X, double Y)> AnswerPoints(string text)
    {
        double[] numbers = Numbers(text);
        return Pair(numbers[..(numbers.Length / 2 * 2)]);
    }

    /// <summary>Matches an answer's points with a reference's.</summary>
    /// <param name="answer">The answer's points.</param>
    /// <param name="reference">The reference's points.</param>
    /// <param name="matched">The reference points that were found.</param>
    /// <returns>The harmonic mean of precision and recall, 0..1.</returns>
    public static double Score(IReadOnlyList<(double X, double Y)> answer, IReadOnlyList<(double X, double Y)> reference, out IReadOnlyList<(double X, double Y)> matched)
    {
        List<(double X, double Y)> left = [.. reference];
        List<(double X, double Y)> found = [];
        foreach ((double x, double y) in answer)
        {
            (int nearest, double distance) = (-1, double.PositiveInfinity);
            for (int i = 0; i < left.Count; i++)
            {
                double apart = Math.Abs(x - left[i].X) + Math.Abs(y - left[i].Y);
                if (apart < distance)
                {
                    (nearest, distance) = (i, apart);
                }
            }

            if (distance < Reach)
            {
                found.Add(left[nearest]);
                left.RemoveAt(nearest);
            }
        }

        matched = found;
        double precision = found.Count / (answer.Count + Small);
        double recall = found.Count / (reference.Count + Small);
        return 2 * precision * recall / (precision + recall + Small);
    }

    private static double[] Numbers(string text) =>
        [.. Decimals().Matches(text).Select(match => double.Parse(match.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture))];

    private static IReadOnlyList<(double X, double Y)> Pair(double[] numbers) =>
        [.. Enumerable.Range(0, numbers.Length / 2).Select(i => (numbers[2 * i], numbers[(2 * i) + 1]))];

    [GeneratedRegex("[0-9]+\\.[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Decimals();
}
