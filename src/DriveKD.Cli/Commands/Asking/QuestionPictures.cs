using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Generation;

namespace DriveKD.Cli.Commands.Asking;

/// <summary>The pictures of a question, from a command line.</summary>
internal static class QuestionPictures
{
    // Stands for a picture that could not be read, so that the other checks of the question hold.
    private static readonly RgbImage _unreadable = new(1, 1, new byte[3]);

    /// <summary>Decodes files.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="problems">Receives what is wrong with them; as many pictures come back in any case.</param>
    public static QuestionPicture[] Read(IReadOnlyList<string> paths, ProblemList problems)
    {
        QuestionPicture[] pictures = [.. paths.Select(path => new QuestionPicture(path, _unreadable))];
        for (int i = 0; i < pictures.Length; i++)
        {
            problems.Check(() => pictures[i] = QuestionPicture.Read(paths[i]));
        }

        return pictures;
    }
}
