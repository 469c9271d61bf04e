using System.Text;

namespace DriveKD.Data.Text.Unicode;

/// <summary>Normalization Form C (Unicode Standard Annex 15): decompose, order the combining marks, compose.</summary>
internal static class Nfc
{
    // Every code point below is settled: no decomposition that lasts, class 0, never the second of a pair.
    private const char FirstUnsettled = '\u0300';

    /// <summary>The composed form; the same string where it is composed already.</summary>
    /// <param name="text">Well-formed UTF-16.</param>
    public static string Normalize(string text)
    {
        if (IsSettled(text))
        {
            return text;
        }

        NfcTables tables = NfcTables.Instance;
        List<int> codePoints = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, codePoints, tables);
        }

        int[] classes = [.. codePoints.Select(codePoint => tables.CombiningClasses.GetValueOrDefault(codePoint))];
        OrderMarks(codePoints, classes);
        Compose(codePoints, classes, tables);
        StringBuilder builder = new(text.Length);
        foreach (int codePoint in codePoints)
        {
            builder.Append(new Rune(codePoint));
        }

        return builder.ToString();
    }

    private static bool IsSettled(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', (char)(FirstUnsettled - 1)))
        {
            return true;
        }

        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value >= FirstUnsettled && (Hangul.IsJoining(rune.Value) || NfcTables.Instance.Unsettled.Contains(rune.Value)))
            {
                return false;
            }
        }

        return true;
    }

    private static void Decompose(int codePoint, List<int> output, NfcTables tables)
    {
        if (Hangul.TryDecompose(codePoint, out (int Leading, int Vowel, int Trailing) letters))
        {
            output.Add(letters.Leading);
            output.Add(letters.Vowel);
            if (letters.Trailing != 0)
            {
                output.Add(letters.Trailing);
            }
        }
        else if (tables.Decompositions.TryGetValue(codePoint, out (int First, int Second) parts))
        {
            Decompose(parts.First, output, tables);
            if (parts.Second >= 0)
            {
                Decompose(parts.Second, output, tables);
            }
        }
        else
        {
            output.Add(codePoint);
        }
    }

    // Each run of marks between two starters is sorted by class; marks of one class keep their order.
    private static void OrderMarks(List<int> codePoints, int[] classes)
    {
        for (int start = 0; start < classes.Length; start++)
        {
            int end = start;
            while (end < classes.Length && classes[end] != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                int[] order = [.. Enumerable.Range(start, end - start).OrderBy(index => classes[index])];
                int[] sortedCodePoints = [.. order.Select(index => codePoints[index])];
                int[] sortedClasses = [.. order.Select(index => classes[index])];
                for (int i = 0; i < order.Length; i++)
                {
                    (codePoints[start + i], classes[start + i]) = (sortedCodePoints[i], sortedClasses[i]);
                }
            }

            start = end;
        }
    }

    // A mark joins the last starter unless a mark of its own or a higher class, or another starter, stands between them.
    private static void Compose(List<int> codePoints, int[] classes, NfcTables tables)
    {
        int starter = -1;
        int lastClass = -1;
        int written = 0;
        for (int read = 0; read < codePoints.Count; read++)
        {
            (int codePoint, int combiningClass) = (codePoints[read], classes[read]);
            bool isBlocked = lastClass >= combiningClass;
            if (starter >= 0 && !isBlocked && TryCompose(codePoints[starter], codePoint, tables, out int composite))
            {
                codePoints[starter] = composite;
                continue;
            }

            if (combiningClass == 0)
            {
                starter = written;
                lastClass = -1;
            }
            else
            {
                lastClass = combiningClass;
            }

            codePoints[written++] = codePoint;
        }

        codePoints.RemoveRange(written, codePoints.Count - written);
    }

    private static bool TryCompose(int first, int second, NfcTables tables, out int composite) =>
        Hangul.TryCompose(first, second, out composite) || tables.Compositions.TryGetValue((first, second), out composite);
}
