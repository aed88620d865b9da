// Serves Annoy or hnswlib. The first argument names it, the second is the work folder. Requests come on
// standard input, one a line, and each is answered by one line on standard output; ../README.md describes
// both and the files of the work folder.

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <sstream>

#include "annoy_peer.hpp"
#include "hnswlib_peer.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using Options = std::map<std::string, std::string>;

double cpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](timeval time) { return time.tv_sec + time.tv_usec / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

template <typename Action>
std::string cost(Action action) {
  auto start = Clock::now();
  double cpu = cpuSeconds();
  action();
  std::ostringstream text;
  text << "seconds=" << std::chrono::duration<double>(Clock::now() - start).count()
       << " cpu_s=" << cpuSeconds() - cpu;
  return text.str();
}

std::string bytes(const Peer& peer) {
  struct stat state {};
  if (stat(peer.file().c_str(), &state) != 0) {
    throw std::runtime_error("there is no " + peer.file());
  }
  return " bytes=" + std::to_string(state.st_size);
}

void search(Options& options, const Work& work, Peer& peer) {
  size_t k = std::stoul(options.at("k"));
  size_t from = std::stoul(options.at("from"));
  size_t count = std::stoul(options.at("count"));
  peer.effort(options.at("setting") == "default" ? 0 : std::stoi(options.at("setting")));
  std::vector<Filter> filters;
  if (options.at("filter") != "none") {
    if (!peer.filters()) {
      throw std::runtime_error("has no filters");
    }
    filters = work.filters(options.at("filter"), from, count);
  }
  Vectors queries = work.vectors("queries.f32");
  Answers answers(work.path(options.at("answers")), k);
  std::vector<int32_t> found;
  for (size_t i = 0; i < count; i++) {
    auto start = Clock::now();
    found.clear();
    peer.search(queries.row(from + i), k, filters.empty() ? nullptr : &filters[i], found);
    answers.add(std::chrono::nanoseconds(Clock::now() - start).count(), found);
  }
  answers.finish();
}

std::string answer(const std::string& request, Options& options, const Work& work, Peer& peer) {
  if (request == "build") {
    std::string spent = cost([&] { peer.build(work); });
    return "built " + spent + bytes(peer) + " parameters=" + peer.parameters();
  }
  if (request == "update") {
    auto changed = work.changed();
    auto replacements = work.vectors("replacements.f32");
    std::string spent = cost([&] { peer.update(work, changed, replacements); });
    return "updated " + spent + bytes(peer);
  }
  if (request == "search") {
    search(options, work, peer);
    return "searched";
  }
  throw std::runtime_error("unknown request " + request);
}

std::unique_ptr<Peer> open(const std::string& name, const Work& work) {
  if (name == "hnswlib") {
    return std::make_unique<HnswlibPeer>(work);
  }
  if (name == "annoy" && work.cosine) {
    return std::make_unique<AnnoyPeer<Annoy::Angular>>(work);
  }
  if (name == "annoy") {
    return std::make_unique<AnnoyPeer<Annoy::Euclidean>>(work);
  }
  throw std::runtime_error("no system " + name);
}

void serve(const std::string& name, const std::string& folder) {
  Work work(folder);
  auto peer = open(name, work);
  std::cout << "ready system=" << name << " version=" << peer->version() << std::boolalpha
            << " filter=" << peer->filters() << " update=" << peer->updates() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string request;
    words >> request;
    if (request == "quit") {
      return;
    }
    Options options;
    for (std::string word; words >> word;) {
      size_t equals = word.find('=');
      options[word.substr(0, equals)] = equals == std::string::npos ? "" : word.substr(equals + 1);
    }
    try {
      std::cout << answer(request, options, work, *peer) << std::endl;
    } catch (const std::exception& e) {
      std::string reason = e.what();
      std::replace(reason.begin(), reason.end(), ' ', '_');
      std::cout << "failed reason=" << reason << std::endl;
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: peers SYSTEM WORK_FOLDER" << std::endl;
    return 2;
  }
  try {
    serve(arguments[1], arguments[2]);
  } catch (const std::exception& e) {
    std::cerr << e.what() << std::endl;
    return 1;
  }
}
