// Annoy, with trees by its own rule: until they have as many nodes as there are items.
#pragma once

#include <annoylib.h>
#include <kissrandom.h>

#include "peer.hpp"

template <typename Distance>
class AnnoyPeer : public Peer {
 public:
  explicit AnnoyPeer(const Work& work) : index_(work.dimension), file_(work.path("annoy.ann")) {}

  std::string version() const override { return ANNOY_VERSION; }
  std::string parameters() const override {
    return "trees:" + std::to_string(index_.get_n_trees()) + ",its_own_choice";
  }
  bool filters() const override { return false; }
  bool updates() const override { return false; }

  void build(const Work& work) override {
    for (size_t id = 0; id < work.items.size(); id++) {
      check(index_.add_item(static_cast<int32_t>(id), work.items.row(id), &error_));
    }
    check(index_.build(-1, work.threads, &error_));
    // Saving maps the file; from then on searches read that.
    check(index_.save(file_.c_str(), false, &error_));
  }

  std::string file() const override { return file_; }
  void effort(int value) override { effort_ = value == 0 ? -1 : value; }

  void search(const float* query, size_t k, const Filter*, std::vector<int32_t>& found) override {
    index_.get_nns_by_vector(query, k, effort_, &found, nullptr);
  }

 private:
  void check(bool done) const {
    if (!done) {
      throw std::runtime_error(error_ == nullptr ? "annoy failed" : error_);
    }
  }

  Annoy::AnnoyIndex<int32_t, float, Distance, Annoy::Kiss64Random, Annoy::AnnoyIndexMultiThreadedBuildPolicy>
      index_;
  std::string file_;
  int effort_ = -1;
  char* error_ = nullptr;
};
