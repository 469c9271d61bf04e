using System.Globalization;
using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Imaging.Drawing;

namespace DriveKD.Cli.Commands.Corrupting;

/// <summary>
/// Gathers what a contact sheet shows: rows are the clean picture and the kinds. Of one picture it shows the whole and a part in its own pixels, where
/// noise and codecs show; of several, up to six, one of each camera first.
/// </summary>
internal sealed class SheetBuilder
{
    private const int MostColumns = 6;
    private const int WideCell = 400;
    private const int NarrowCell = 300;

    private readonly IReadOnlyList<int> _shown;
    private readonly ContactSheetCell?[,] _cells;
    private readonly IReadOnlyList<(CorruptionInfo Info, int Severity)> _kinds;
    private readonly IReadOnlyList<PictureIdentity> _pictures;

    public SheetBuilder(IReadOnlyList<PictureIdentity> pictures, CorruptionPlan plan)
    {
        (_pictures, _kinds) = (pictures, plan.Kinds);
        _shown = Choose(pictures);
        _cells = new ContactSheetCell?[plan.Kinds.Count + 1, IsSingle ? 2 : _shown.Count];
    }

    private bool IsSingle => _shown.Count == 1;

    /// <summary>Takes a picture, if the sheet shows it. Several threads may call this for different pictures.</summary>
    /// <param name="picture">Its number.</param>
    /// <param name="kind">The kind's number; -1 for the clean picture.</param>
    /// <param name="image">The picture.</param>
    /// <param name="isHit">Whether the fault reached it.</param>
    public void Add(int picture, int kind, RgbImage image, bool isHit)
    {
        int column = ((List<int>)_shown).IndexOf(picture);
        if (column < 0)
        {
            return;
        }

        string? note = isHit || kind < 0 ? null : "not hit";
        _cells[kind + 1, column] = new ContactSheetCell(Shrink(image, IsSingle ? WideCell : NarrowCell), note);
        if (IsSingle)
        {
            _cells[kind + 1, 1] = new ContactSheetCell(Part(image), null);
        }
    }

    /// <summary>Draws the sheet.</summary>
    /// <param name="seed">For the title.</param>
    /// <returns>The bytes of a PNG file.</returns>
    public byte[] Draw(long seed)
    {
        string[] columns = IsSingle
            ? [_pictures[0].Name, "a part, pixel by pixel"]
            : [.. _shown.Select(index => _pictures[index].Camera ?? _pictures[index].Name)];
        List<ContactSheetRow> rows = [new("Clean", "as it is", Row(0))];
        for (int i = 0; i < _kinds.Count; i++)
        {
            (CorruptionInfo info, int severity) = _kinds[i];
            if (info.Kind == CorruptionKind.Clean)
            {
                continue;
            }

            string level = severity == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", severity {severity}");
            string group = info.Group is CorruptionGroup known ? $"\n{known}" : "";
            rows.Add(new ContactSheetRow(info.Title, $"{info.Name}{level}{group}", Row(i + 1)));
        }

        return ContactSheet.Draw(string.Create(CultureInfo.InvariantCulture, $"DriveBench corruptions, seed {seed}"), columns, rows);
    }

    private ContactSheetCell?[] Row(int row)
    {
        ContactSheetCell?[] cells = new ContactSheetCell?[_cells.GetLength(1)];
        for (int column = 0; column < cells.Length; column++)
        {
            cells[column] = _cells[row, column];
        }

        return cells;
    }

    // The first of each camera in the vehicle's order, then whatever comes.
    private static List<int> Choose(IReadOnlyList<PictureIdentity> pictures)
    {
        List<int> chosen = [];
        foreach (string camera in VehicleCameras.All)
        {
            for (int i = 0; i < pictures.Count; i++)
            {
                if (pictures[i].Camera == camera)
                {
                    chosen.Add(i);
                    break;
                }
            }
        }

        for (int i = 0; i < pictures.Count && chosen.Count < MostColumns; i++)
        {
            if (!chosen.Contains(i))
            {
                chosen.Add(i);
            }
        }

        return chosen;
    }

    private static RgbImage Shrink(RgbImage image, int side)
    {
        double scale = Math.Min((double)side / Math.Max(image.Width, image.Height), 1);
        return BicubicResizer.Resize(image, Math.Max((int)Math.Round(image.Width * scale), 1), Math.Max((int)Math.Round(image.Height * scale), 1));
    }

    // Of the shrunk picture's proportions, from the middle.
    private static RgbImage Part(RgbImage image)
    {
        RgbImage whole = Shrink(image, WideCell);
        return image.Crop((image.Width - whole.Width) / 2, (image.Height - whole.Height) / 2, whole.Width, whole.Height);
    }
}
