using System.Text;
using SkiaSharp;

namespace DriveKD.Data.Imaging.Drawing;

/// <summary>
/// Text on figures, in the font that comes with the assembly: a machine need not have any. Characters that it lacks are
/// drawn in a font of the machine where one has them.
/// </summary>
internal sealed class FigureFont : IDisposable
{
    private const string Resource = "DriveKD.Data.Imaging.Fonts.DejaVuSans.ttf";

    private static readonly Lazy<SKTypeface> _typeface = new(LoadTypeface);

    private readonly SKFont _font;
    private readonly SKPaint _paint;

    public FigureFont(float size, SKColor color, bool isBold = false)
    {
        _font = CreateFont(_typeface.Value, size, isBold);
        _paint = new SKPaint { Color = color, IsAntialias = true };
    }

    /// <summary>The font itself, for other libraries that draw; shared, never disposed.</summary>
    public static SKTypeface Typeface => _typeface.Value;

    /// <summary>From one baseline to the next.</summary>
    public float LineHeight => _font.Size * 1.35f;

    /// <summary>The width of a line, in pixels.</summary>
    public float Measure(string text)
    {
        float width = 0;
        ForEachRun(text, (run, font) => width += font.MeasureText(run));
        return width;
    }

    /// <summary>Draws a line.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="text">One line.</param>
    /// <param name="x">Left end.</param>
    /// <param name="baseline">Where the letters stand.</param>
    public void Draw(SKCanvas canvas, string text, float x, float baseline) =>
        ForEachRun(text, (run, font) =>
        {
            canvas.DrawText(run, x, baseline, SKTextAlign.Left, font, _paint);
            x += font.MeasureText(run);
        });

    /// <summary>Breaks text into lines: at spaces, inside words only where one is wider than a line.</summary>
    /// <param name="text">Text, which may hold line breaks.</param>
    /// <param name="width">Of a line, in pixels.</param>
    /// <param name="mostLines">Where the rest is cut off with an ellipsis.</param>
    public IReadOnlyList<string> Wrap(string text, float width, int mostLines)
    {
        List<string> lines = [];
        foreach (string paragraph in text.ReplaceLineEndings("\n").Split('\n'))
        {
            WrapParagraph(paragraph, width, lines);
        }

        if (lines.Count > mostLines)
        {
            lines.RemoveRange(mostLines, lines.Count - mostLines);
            lines[^1] = Shorten(lines[^1] + " …", width);
        }

        return lines;
    }

    /// <summary>Cuts a line off with an ellipsis where it is too long.</summary>
    public string Shorten(string text, float width)
    {
        if (Measure(text) <= width)
        {
            return text;
        }

        List<Rune> runes = [.. text.EnumerateRunes()];
        while (runes.Count > 0 && Measure(string.Concat(runes) + "…") > width)
        {
            runes.RemoveAt(runes.Count - 1);
        }

        return string.Concat(runes) + "…";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _font.Dispose();
        _paint.Dispose();
    }

    private void WrapParagraph(string paragraph, float width, List<string> lines)
    {
        StringBuilder line = new();
        foreach (string word in paragraph.Split(' ', '\t'))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (Measure(longer) <= width)
            {
                line.Clear().Append(longer);
                continue;
            }

            if (line.Length > 0)
            {
                lines.Add(line.ToString());
                line.Clear();
            }

            foreach (Rune rune in word.EnumerateRunes())
            {
                if (line.Length > 0 && Measure($"{line}{rune}") > width)
                {
                    lines.Add(line.ToString());
                    line.Clear();
                }

                line.Append(rune.ToString());
            }
        }

        lines.Add(line.ToString());
    }

    // Splits a line wherever another font is needed.
    private void ForEachRun(string text, Action<string, SKFont> use)
    {
        StringBuilder run = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            Rune shown = Rune.IsControl(rune) ? new Rune(' ') : rune;
            SKTypeface? other = _font.ContainsGlyph(shown.Value) ? null : SKFontManager.Default.MatchCharacter(shown.Value);
            if (other is null)
            {
                run.Append(shown.ToString());
                continue;
            }

            Flush();
            using (other)
            {
                using SKFont font = CreateFont(other, _font.Size, _font.Embolden);
                use(shown.ToString(), font);
            }
        }

        Flush();

        void Flush()
        {
            if (run.Length > 0)
            {
                use(run.ToString(), _font);
                run.Clear();
            }
        }
    }

    private static SKFont CreateFont(SKTypeface typeface, float size, bool isBold) =>
        new(typeface, size) { Embolden = isBold, Edging = SKFontEdging.Antialias, Subpixel = true, Hinting = SKFontHinting.None };

    private static SKTypeface LoadTypeface()
    {
        using Stream stream = typeof(FigureFont).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"resource {Resource} is missing from the assembly.");
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException($"resource {Resource} is no font.");
    }
}
